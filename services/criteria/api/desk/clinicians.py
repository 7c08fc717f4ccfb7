"""The registry of clinicians: who may decide what, and by which licence; a file of the plan's."""

from __future__ import annotations

import hashlib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.access.principal import Role
from shared.errors import Impossible, Unavailable
from shared.events import adverse
from shared.events.criteria import Determination
from shared.events.model import Day, Sha256, Token
from shared.json_text import misfits

PACKAGED = "clinicians.yaml"
MEDICAL = frozenset({Role.PHYSICIAN, Role.MEDICAL_DIRECTOR})
"""Who may be allowed to refuse, whatever a file says."""


class RegistryPart(BaseModel):
    """A frozen part of the file; a field that is unknown is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Licence(RegistryPart):
    """A licence of a State, from when to when it is valid, and the fields that it is held in."""

    number: Token
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    valid_from: Day
    valid_until: Day
    expertise: Annotated[tuple[Token, ...], Field(min_length=1)]

    def valid(self, on: date) -> bool:
        """Whether it is valid on a day, its last one included."""
        return self.valid_from <= on <= self.valid_until


class Clinician(RegistryPart):
    """Somebody who may decide: `subject` is whom their tokens name, `reports_to` another's id."""

    subject: Token
    id: Token
    name: Token
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    licences: tuple[Licence, ...] = ()
    reports_to: Token | None = None


class DeciderRule(RegistryPart):
    """Which roles may come to these determinations."""

    determinations: Annotated[frozenset[Determination], Field(min_length=1)]
    roles: Annotated[frozenset[Role], Field(min_length=1)]


class RegistryFile(RegistryPart):
    """The file as it is written."""

    clinicians: Annotated[tuple[Clinician, ...], Field(min_length=1)]
    decider_rules: Annotated[tuple[DeciderRule, ...], Field(min_length=1)]


class Registry:
    """The clinicians by subject, and the rules; `sha256` names the file's very bytes."""

    def __init__(self, content: RegistryFile, sha256: Sha256) -> None:
        self.sha256 = sha256
        self._by_subject = {one.subject: one for one in content.clinicians}
        self._rules = content.decider_rules

    def find(self, subject: str) -> Clinician | None:
        """Whom a token's subject names."""
        return self._by_subject.get(subject)

    def deciders(self, determination: Determination) -> frozenset[Role]:
        """The roles that may come to a determination."""
        named = (rule.roles for rule in self._rules if determination in rule.determinations)
        return frozenset[Role]().union(*named)


def registry(file: str) -> Registry:
    """The registry in a file, or the synthetic one of the package where none is named; raises
    `Impossible` with every place that is wrong.
    """
    packaged = files("services.criteria.api.desk").joinpath(PACKAGED)
    try:
        text = Path(file).read_bytes() if file else packaged.read_bytes()
    except OSError as error:
        raise Unavailable(
            "The file of PRIORAUTH_CLINICIANS cannot be read.",
            code="clinicians",
            remedy="Name the file with the registry of clinicians.",
        ) from error
    try:
        content = RegistryFile.model_validate(_yaml(text))
    except ValidationError as error:
        raise _wrong(misfits(error.errors(include_url=False, include_input=False))) from None
    if faults := [*_faults(content)]:
        raise _wrong("; ".join(faults))
    return Registry(content, hashlib.sha256(text).hexdigest())


def _yaml(text: bytes) -> Any:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError):
        raise _wrong("it is no YAML") from None


def _faults(content: RegistryFile) -> list[str]:
    """What no single field shows."""
    everybody = content.clinicians
    ids, subjects = [one.id for one in everybody], [one.subject for one in everybody]
    found = [
        f"two clinicians have the {name} {one}"
        for name, all_of in (("id", ids), ("subject", subjects))
        for one in sorted({*all_of})
        if all_of.count(one) > 1
    ]
    for one in everybody:
        if one.reports_to is not None and one.reports_to not in ids:
            found.append(f"{one.id} reports to {one.reports_to}, who is not there")
        found += [
            f"licence {licence.number} of {one.id} ends before it begins"
            for licence in one.licences
            if licence.valid_until < licence.valid_from
        ]
        if _own_superior(one, content):
            found.append(f"{one.id} reports to themself")
    for rule in content.decider_rules:
        if not adverse.ADVERSE.isdisjoint(rule.determinations) and not rule.roles <= MEDICAL:
            found.append("a rule lets others than physicians and medical directors refuse")
    return found


def _own_superior(one: Clinician, content: RegistryFile) -> bool:
    """Whether a line of reports leads back to where it began."""
    superiors = {each.id: each.reports_to for each in content.clinicians}
    at, seen = one.reports_to, set[str]()
    while at is not None and at not in seen:
        seen.add(at)
        at = superiors.get(at)
    return one.id in seen


def _wrong(why: str) -> Impossible:
    return Impossible(
        f"The registry of clinicians cannot be used: {why}.",
        code="clinicians",
        remedy="Mend the file of PRIORAUTH_CLINICIANS; docs/operations/desk.md tells every field.",
    )
