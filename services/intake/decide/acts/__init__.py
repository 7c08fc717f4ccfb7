"""Acts of people on the clocks of a case: longer, faster, corrected, asked for and answered."""

from services.intake.decide.acts.act import on_act
from services.intake.decide.acts.information import on_requested

__all__ = ["on_act", "on_requested"]
