"""Triage: whether a request may be an emergency, asked of every request before any policy.

It has the opposite polarity of approval: it fires on *may be*, and only a newer confirmed "no"
answers it.
"""

from services.criteria.engine import ENGINE

ENGINE.prefer(__name__, __path__)
