"""The lane log: how a service consumes, decides, stores and publishes without losing or repeating anything."""

from shared.compiled import LANES

LANES.prefer(__name__, __path__)
