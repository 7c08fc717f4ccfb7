"""What a compiled policy runs on: facts, leaves, groups, lists, scores and derivations."""

from services.criteria.engine import ENGINE

ENGINE.prefer(__name__, __path__)
