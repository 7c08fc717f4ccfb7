"""The lane log: how a service consumes, decides, stores and publishes without losing or repeating anything."""

from shared.native import LANES

LANES.prefer(__name__, __path__)
