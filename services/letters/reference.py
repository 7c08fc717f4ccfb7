"""Letters' reference data: the plan in whose name they are written, and the clock of its time
zone.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from services.letters.content.catalogue import Catalogue, read_catalogues
from services.letters.content.plan import Plan, read_plan
from shared.errors import Impossible, Malformed
from shared.lanes.state.reference import ReferenceItem

PLAN, ZONE = "plan", "zone"
KINDS = frozenset({PLAN, ZONE})
CATALOGUES = Path(__file__).parent / "catalogues"


@dataclass(frozen=True, slots=True)
class PlanReference:
    """The plan in force, and the texts that it is read from: its own, and its zone's rules in
    base64.
    """

    plan: Plan
    plan_text: str
    zone_text: str

    @property
    def sha256(self) -> str:
        """The hash of both texts, hex."""
        return plan_sha256(self.plan_text, self.zone_text)


def plan_sha256(plan_text: str, zone_text: str) -> str:
    """The hash of a plan and its zone, hex."""
    return hashlib.sha256(f"{plan_text}\0{zone_text}".encode()).hexdigest()


@cache
def packaged() -> tuple[ReferenceItem, ...]:
    """The plan that comes with the service, and its zone from the package `tzdata`: the same on
    every machine, which a machine's own database is not.
    """
    text = (CATALOGUES / "plan.yaml").read_bytes()
    zone = yaml.safe_load(text)["time_zone"]
    return (ReferenceItem(PLAN, PLAN, text), ReferenceItem(ZONE, zone, b64encode(rules_of(zone))))


def rules_of(zone: str) -> bytes:
    """A zone's rules (TZif, RFC 8536) as `tzdata` has them; raises `Impossible` for one that it has
    not.
    """
    try:
        return resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    except (OSError, ValueError):
        raise Impossible(f"There is no time zone {zone}.", code="plan") from None


@lru_cache(8)
def plan_reference(items: tuple[ReferenceItem, ...]) -> PlanReference:
    """The plan of a set of items; raises `Malformed` or `Impossible` where it is not whole."""
    texts = {(item.kind, item.id): item.content.decode() for item in items}
    text = texts.get((PLAN, PLAN))
    if text is None:
        raise Impossible(f"There is one plan, named {PLAN}.", code="item_name")
    name = str(_content(text).get("time_zone"))
    zone = texts.get((ZONE, name))
    if zone is None:
        raise Impossible(f"The rules of the plan's time zone {name} are missing.", code="plan")
    return PlanReference(plan_of(text, zone), text, zone)


def in_zones(items: tuple[ReferenceItem, ...], own: PlanReference) -> dict[str, PlanReference]:
    """The plan as it is where days are counted in another zone than its own, by that zone: for
    every zone whose rules are among the items.
    """
    others = {item.id: item.content.decode() for item in items if item.kind == ZONE}
    return {
        name: _in_zone(own, name, rules)
        for name, rules in others.items()
        if name != own.plan.time_zone
    }


def _in_zone(own: PlanReference, zone: str, rules: str) -> PlanReference:
    """The plan with the name of another zone and its rules."""
    known = zone_names().get(zone, {})
    named = {language: known.get(language, zone) for language in catalogues()}
    content = _content(own.plan_text) | {"time_zone": zone, "time_zone_name": named}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    return PlanReference(plan_of(text, rules), text, rules)


@cache
def zone_names() -> dict[str, dict[str, str]]:
    """What letters call time zones, by IANA name and language."""
    named: dict[str, dict[str, str]] = yaml.safe_load(
        (CATALOGUES / "zones.yaml").read_text(encoding="utf-8")
    )
    return named


@lru_cache(8)
def plan_of(plan_text: str, zone_text: str) -> Plan:
    """The plan in a text, with its zone's rules in base64; raises `Malformed`."""
    try:
        rules = b64decode(zone_text, validate=True)
    except ValueError:
        raise Malformed("The rules of the plan's time zone are not base64.", code="plan") from None
    return read_plan(_content(plan_text), frozenset(catalogues()), rules)


def _content(plan_text: str) -> dict[str, Any]:
    """The plan as parsed YAML; raises `Malformed` where it is no mapping."""
    try:
        content = yaml.safe_load(plan_text)
    except yaml.YAMLError as error:
        raise Malformed(f"The plan's description cannot be read: {error}", code="plan") from None
    if not isinstance(content, dict):
        raise Malformed("The plan's description is no mapping.", code="plan")
    return content


@cache
def catalogues() -> dict[str, Catalogue]:
    """The message catalogues that ship with the service, by language."""
    return read_catalogues(
        {
            path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
            for path in sorted(CATALOGUES.glob("*/letter.yaml"))
        }
    )


def plan() -> Plan:
    """The plan that comes with the service."""
    return plan_reference(packaged()).plan
