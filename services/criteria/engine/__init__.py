"""The criteria engine: policies as data, evaluated in three-valued logic. Its hot modules make every result; they are compiled together (`shared.compiled`)."""

from shared.compiled import Native

HOT = ("values", "comparisons", "facts", "scope", "leaves", "relations", "groups", "lists", "derived", "windows", "lines", "explain")
ENGINE = Native("services.criteria.engine", {"services.criteria.engine": HOT})
ENGINE.prefer(__name__, __path__)
