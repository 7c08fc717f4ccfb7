"""Which operators suit which type of fact."""

from __future__ import annotations

ORDER = ("at_least", "at_most", "above", "below", "between")
SUITABLE = {
    "boolean": ("is", "one_of", "within_days"),
    "choice": ("is", "one_of", "within_days"),
    "set": ("is", "one_of", "within_days"),
    "number": ("is", "one_of", *ORDER, "within_days"),
    "number (`range: true`)": ("worst", "best", "within_days"),
    "level": ("is", "one_of", *ORDER, "levels_below", "within_days"),
    "date": ("within_days",),
    "text": ("is", "one_of", "within_days"),
}
"""By the `type` of the vocabulary."""
FACTS = {
    "boolean": ("pain.daily", "true"),
    "choice": ("exam.tone", "normal"),
    "set": ("exam.signs", "numbness"),
    "number": ("body.weight", "1"),
    "number (`range: true`)": ("exam.strength", "1"),
    "level": ("exam.sensory_level", "T6"),
    "date": ("therapy.began", "'2025-11-01'"),
    "text": ("device.name", "LSO"),
}
"""A fact of each type in the examples' vocabulary, and a value of it."""


def leaf(kind: str, operator: str) -> str:
    """A leaf of this operator on a fact of this type."""
    path, value = FACTS[kind]
    operands = {
        "is": value,
        **dict.fromkeys(ORDER, value),
        "one_of": f"[{value}]",
        "between": f"[{value}, {value}]",
        "worst": f"{{below: {value}}}",
        "best": f"{{below: {value}}}",
        "levels_below": "{of: injury.level, min: 0, max: 2}",
        "within_days": "30",
    }
    return f"{{fact: {path}, {operator}: {operands[operator]}}}"
