"""How far the wording of a rule can be relied on."""

from __future__ import annotations

from enum import StrEnum


class Confidence(StrEnum):
    """How a rule's wording came here: from the text itself, from another source, or as general
    knowledge.
    """

    READ = "read"
    SECONDARY = "secondary"
    GENERAL = "general"
