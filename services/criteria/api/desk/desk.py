"""The desk: checks who commands and what they saw, signs what it found, and writes the review. What
comes of it, the case decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from services.criteria import store
from services.criteria.api.desk.clinicians import Clinician, Licence, Registry, registry
from services.criteria.api.desk.commands import ClinicianAct, criterion, told
from services.criteria.decide.attestation import signed
from services.criteria.decide.basis import criteria
from services.criteria.decide.declined import DETAILS
from services.criteria.engine.edition.library import Library
from services.criteria.handlers import desk_key
from shared.access.local_issuer import LOCAL
from shared.access.principal import Principal
from shared.events.adverse import ADVERSE
from shared.events.clocks.duties import OnExpiry
from shared.events.criteria import Reviewer
from shared.events.reviews import CriterionBasis, DeclineCode, ReviewSubmitted
from shared.settings import Settings
from shared.web.access import forbidden
from shared.web.problems import Problem


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever may command, and the key that says so; `engine` reads what is open."""

    engine: Engine
    registry: Registry
    key: Ed25519PrivateKey

    def review(
        self,
        case_id: UUID,
        command: ClinicianAct,
        principal: Principal,
        judged_by: tuple[Library, datetime],
    ) -> ReviewSubmitted:
        """The command as the desk signs it, by the library in force at this instant; a problem that
        says why it cannot be taken.
        """
        library, now = judged_by
        reviewer = self._reviewer(command, principal, now)
        self._current(case_id, command)
        _grounded(library, command, now)
        return signed(
            self.key,
            ReviewSubmitted(
                case_id=case_id,
                idempotency_key=command.idempotency_key,
                evaluation_id=command.evaluation_id,
                sequence=command.sequence,
                content_digest=command.content_digest,
                determination=command.determination,
                reviewer=reviewer,
                reason=told(command),
                criterion=criterion(command),
                basis=command.basis,
                **command.model_dump(include={"granted_units", "granted_until"}),
                decided_at=now,
                registry_sha256=self.registry.sha256,
            ),
        )

    def _reviewer(self, command: ClinicianAct, principal: Principal, now: datetime) -> Reviewer:
        """Who commands, as the registry has them now; 403 where they may not."""
        clinician = self.registry.find(principal.subject)
        if clinician is None:
            raise forbidden("not_registered", "The registry does not have whoever the token names.")
        if not clinician.roles & principal.roles & self.registry.deciders(command.determination):
            raise forbidden("role", "By the registry's rules this is for others to decide.")
        licence = _licence(clinician, command, now)
        return Reviewer(
            id=clinician.id,
            name=clinician.name,
            licence=licence.number,
            licence_state=licence.state,
            specialty=command.expertise or licence.expertise[0],
            licence_valid_until=licence.valid_until,
        )

    def _current(self, case_id: UUID, command: ClinicianAct) -> None:
        """409 where the clinician saw something else than what is open now; the case asks again."""
        line = store.waiting(self.engine, case_id, command.sequence)
        if line is None:
            raise Problem(HTTPStatus.NOT_FOUND, "unknown_line", "No such line waits for anybody.")
        code = None
        if line.content_digest != command.content_digest:
            code = DeclineCode.STALE_CONTENT
        elif not line.is_open:
            code = DeclineCode.ALREADY_DETERMINED
        elif command.determination in ADVERSE and line.by_law == OnExpiry.APPROVED_BY_LAW:
            code = DeclineCode.APPROVED_BY_LAW
        elif command.determination in ADVERSE and line.evaluation_id != command.evaluation_id:
            code = DeclineCode.STALE_EVALUATION
        if code is not None:
            raise Problem(HTTPStatus.CONFLICT, code.value, DETAILS[code])


def _licence(clinician: Clinician, command: ClinicianAct, now: datetime) -> Licence:
    """The licence that they decide by: valid today, of the State and in the field that the command
    tells, if it tells one; 403 where they hold none.
    """
    held = [one for one in clinician.licences if one.valid(now.date())]
    if not held:
        raise forbidden("no_valid_licence", "The registry has no licence of theirs that is valid.")
    if command.licence_state is not None:
        held = [one for one in held if one.state == command.licence_state]
    if command.expertise is not None:
        held = [one for one in held if command.expertise in one.expertise]
    if not held:
        raise forbidden("no_such_licence", "No valid licence of theirs is of that State and field.")
    return held[0]


def _grounded(library: Library, command: ClinicianAct, now: datetime) -> None:
    """422 where a criterion of a policy is named that cannot carry a refusal."""
    basis, code = command.basis, None
    if not isinstance(basis, CriterionBasis):
        return
    edition = library.find(basis.policy, basis.version)
    if edition is None or basis.criterion not in criteria(edition):
        code = DeclineCode.UNKNOWN_CRITERION
    elif edition.spec.next_review < now.date():
        code = DeclineCode.EDITION_OVERDUE
    elif basis.criterion in edition.spec.forbidden_sole_reasons:
        code = DeclineCode.FORBIDDEN_SOLE_REASON
    if code is not None:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, code.value, DETAILS[code])


def desk_of(settings: Settings, engine: Engine) -> Desk | None:
    """The desk; none where there is no key, or no registry. Where the local issuer is trusted,
    nobody real signs in, and the packaged registry of made-up clinicians will do.
    """
    key = desk_key(settings.keys.desk)
    local = settings.embedded or settings.tokens.issuer == LOCAL.issuer
    if key is None or not (settings.clinicians or local):
        return None
    return Desk(engine, registry(settings.clinicians), key)
