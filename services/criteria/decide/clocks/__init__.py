"""The regulatory clocks of a case's determination: what is known of them, and what becomes of the
work where one moves or is missed.
"""

from services.criteria.decide.clocks.following import (
    amended_clock,
    corrected_clock,
    missed_clock,
    renamed,
)
from services.criteria.decide.clocks.known import approves, law_of, listed_by

__all__ = [
    "amended_clock",
    "approves",
    "corrected_clock",
    "law_of",
    "listed_by",
    "missed_clock",
    "renamed",
]
