"""Intake over HTTP: submitting only writes to the same topic as everybody; reading comes from
intake's own store.
"""

from services.intake.api.routes import entrance, routes

__all__ = ["entrance", "routes"]
