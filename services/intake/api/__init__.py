"""Intake over HTTP: submitting only writes to the same topic as everybody; reading comes from
intake's own store.
"""

from services.intake.api.discovery import discovery
from services.intake.api.routes import entrance, routes

__all__ = ["discovery", "entrance", "routes"]
