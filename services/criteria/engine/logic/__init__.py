"""Three-valued logic: values that may be unknown, and how they are compared."""

from services.criteria.engine import ENGINE

ENGINE.prefer(__name__, __path__)
