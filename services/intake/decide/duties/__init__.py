"""The clocks of a case, all together: which are owed, which are met by what is known, and what
follows when one runs out.
"""

from services.intake.decide.duties.clocks import changed, start
from services.intake.decide.duties.met import about, measured, meets, withdrawn
from services.intake.decide.duties.missed import asked_otherwise, on_clock_due
from services.intake.decide.duties.owed import decided, missing, owed, owed_again, slowed, tightened

__all__ = [
    "about",
    "asked_otherwise",
    "changed",
    "decided",
    "measured",
    "meets",
    "missing",
    "on_clock_due",
    "owed",
    "owed_again",
    "slowed",
    "start",
    "tightened",
    "withdrawn",
]
