"""What a clinician can command, and what it says."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.events.content.digest import ContentDigest
from shared.events.criteria import Determination
from shared.events.model import Day, Token
from shared.events.reviews import MOST_LINES, CriterionBasis, DecisionBasis
from shared.web.keys import CommandKey

CITED = 2_000
"""Characters of a reason of one's own: what it rests on is told with it, and both fit a letter."""


class ClinicianCommand(BaseModel):
    """A decision on the content of a line as the clinician saw it, by the evaluation that they saw.

    `expertise` and `licence_state` choose among what the registry has; the same `idempotency_key`
    again is the same command.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    idempotency_key: CommandKey
    sequence: Annotated[int, Field(ge=1, le=MOST_LINES)]
    content_digest: ContentDigest
    evaluation_id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=CITED, pattern=r"\S")]
    expertise: Token | None = None
    licence_state: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None


class ApproveCommand(ClinicianCommand):
    """Approve the line as asked."""

    act: Literal["approve"]

    @property
    def basis(self) -> None:
        """An approval rests on the clinician's judgement of the documents."""
        return

    @property
    def determination(self) -> Determination:
        """A1."""
        return Determination.APPROVED


class RefuseCommand(ClinicianCommand):
    """Do not certify the line, on a criterion."""

    act: Literal["refuse"]
    basis: DecisionBasis

    @property
    def determination(self) -> Determination:
        """A3."""
        return Determination.NOT_CERTIFIED


class ModifyCommand(ClinicianCommand):
    """Certify the line in part, on a criterion: so many units in all, or until an earlier last day;
    the reason says why not the rest.
    """

    act: Literal["modify"]
    basis: DecisionBasis
    granted_units: Annotated[int, Field(ge=1)] | None = None
    granted_until: Day | None = None

    @model_validator(mode="after")
    def _grants(self) -> Self:
        """Whoever modifies says what is left: else the whole would be granted as a refusal."""
        if self.granted_units is None and self.granted_until is None:
            raise ValueError("a modification says what it grants: granted_units or granted_until")
        return self

    @property
    def determination(self) -> Determination:
        """A6."""
        return Determination.MODIFIED


ClinicianAct: TypeAlias = ApproveCommand | RefuseCommand | ModifyCommand
DeskCommand = Annotated[ClinicianAct, Field(discriminator="act")]


def told(command: ClinicianAct) -> str:
    """The reason as it goes on record and into letters: with the whole of a criterion that is no
    policy of the plan's, for nobody could look that up.
    """
    basis = command.basis
    if basis is None or isinstance(basis, CriterionBasis):
        return command.reason
    cited = f"{basis.name}, {basis.edition}, {basis.section}, {basis.dated}; {basis.where}"
    return f"{command.reason} {basis.words} ({cited})"


def criterion(command: ClinicianAct) -> str:
    """The code of what it rests on."""
    basis = command.basis
    if basis is None:
        return "clinical_judgement"
    return basis.criterion if isinstance(basis, CriterionBasis) else basis.kind
