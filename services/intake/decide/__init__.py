"""What follows from each thing that reaches a case: pure, from (rules, state, received) to an
outcome.
"""

from services.intake.decide.case import decide
from services.intake.decide.submission import refused, reject_unreadable

__all__ = ["decide", "refused", "reject_unreadable"]
