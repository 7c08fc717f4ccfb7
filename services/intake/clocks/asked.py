"""What a request says that decides its clocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from services.intake.clocks.clocked import Clocked
from shared.events.intake import Channel
from shared.events.request import ItemKind, RequestOutline, ServiceCode, ServiceLine

ELECTRONIC = (Channel.NATIVE, Channel.FHIR_PAS)
DRUG = re.compile(r"J[0-9]{4}|Q5[0-9]{3}")
"""HCPCS Level II: drugs administered other than by mouth, and biosimilars."""
SERVICE = re.compile(r"[DELV][0-9]{4}")
"""Its sections without drugs: dental, durable equipment, orthotics and prosthetics, vision and
hearing.
"""
CPT = re.compile(r"[0-9]{4}[0-9FMTU]")
PRODUCTS = (("90281", "90399"), ("90476", "90759"))
"""Immune globulins and vaccines, which are codes of CPT and may be drugs to a program."""


def clocked_from(request: RequestOutline, channel: Channel) -> Clocked:
    """What of a request, and of the way that it came, decides its clocks."""
    member = request.member
    lines = tuple(line for line in request.lines if not line.cancelled)
    return Clocked(
        line_of_business=member.line_of_business,
        urgency=request.urgency,
        state=member.state,
        residence=None if member.address is None else member.address.state,
        funding=member.funding,
        electronic=electronic(channel),
        asker=request.asker,
        items=item_kinds(lines),
        concurrent=concurrent(lines),
        care_ends_at=_care_ends_at(lines),
        post_stabilization=any(line.post_stabilization for line in lines),
        plan="-".join(filter(None, (member.contract, member.plan))) or None,
    )


def electronic(channel: Channel) -> bool | None:
    """Whether a request that came so came by an electronic exchange."""
    return True if channel in ELECTRONIC else None


def concurrent(lines: Iterable[ServiceLine]) -> bool:
    """Whether a line asks that care go on that has begun. One that tells of no such care asks for
    what is new.
    """
    return any(_continues(line) for line in lines if not line.cancelled)


def _continues(line: ServiceLine) -> bool:
    return line.start_of_care is not None or line.care_ends_at is not None


def _care_ends_at(lines: Iterable[ServiceLine]) -> datetime | None:
    """The last end of the care that a line continues; unknown where one of them does not say it,
    which then counts as asked in time.
    """
    ends = [line.care_ends_at for line in lines if _continues(line)]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def item_kinds(lines: Iterable[ServiceLine]) -> tuple[ItemKind, ...]:
    """The kinds of what the lines ask for that are not withdrawn, each once."""
    kinds = {kind for line in lines if not line.cancelled for kind in _kinds(line)}
    return tuple(sorted(kinds))


def _kinds(line: ServiceLine) -> set[ItemKind]:
    """What the sender calls it and the kinds of its codes that are known: where the two disagree
    it may be either, since a word would else give a drug the longer time of a service.
    """
    kinds = {kind for code in line.codes for kind in _of(code)}
    if line.item in (ItemKind.UNKNOWN, ItemKind.OTHER):
        return kinds or {ItemKind.UNKNOWN}
    return {line.item, *kinds} - {ItemKind.UNKNOWN}


def _of(code: ServiceCode) -> set[ItemKind]:
    """What a code asks for, at both ends of a range; where its system does not tell, what it is in
    others.
    """
    kinds = {_kind(code.system, one) for one in (code.code, code.through) if one is not None}
    known = {_kind(one.system, one.code) for one in code.translations} - {ItemKind.UNKNOWN}
    return known if known and ItemKind.UNKNOWN in kinds else kinds


def _kind(system: str, code: str) -> ItemKind:
    """The kind by the section of a code system that the code stands in."""
    if system == "hcpcs" and DRUG.fullmatch(code):
        return ItemKind.PART_B_DRUG
    if system == "hcpcs" and SERVICE.fullmatch(code):
        return ItemKind.SERVICE
    product = any(first <= code <= last for first, last in PRODUCTS)
    if system in ("cpt", "hcpcs") and CPT.fullmatch(code) and not product:
        return ItemKind.SERVICE
    return ItemKind.UNKNOWN
