"""Whoever names a case of another person, by whatever door, changes nothing of it."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from services.intake.handlers import read
from shared.events.intake import (
    INTAKE,
    RequestAmended,
    RequestCancelled,
    RequestReceived,
    SubmissionRejected,
)
from shared.events.submissions import FHIR_BUNDLE
from shared.examples import bariatric_without_bmi
from shared.examples.pas import text
from shared.ids import PARTITIONS
from tests.cases.conversation import cases
from tests.cases.platform import Platform, running

FOREIGN = int(os.environ.get("PRIORAUTH_TEST_FOREIGN", "200"))
"""Members, each over every door; 1,000 before a release."""
PERSON = bariatric_without_bmi()["member"]["id"]
FHIR_PERSON = read(FHIR_BUNDLE, {}, text("homecare")).member


def like(known: str, chance: random.Random) -> str:
    """Another member number: a random one, or one that differs little from the known one."""
    near = [
        f"{known}{chance.randrange(10)}",
        known[:-1] or "X",
        f"X{known[1:]}",
        f"{known}\u200b",
        known[::-1] + "1",
        "".join(chance.choices("ABCDEFGH0123456789", k=9)),
    ]
    return chance.choice([one for one in near if one != known])


def native(case_id: UUID, member: str, *, withdraws: bool) -> bytes:
    request = bariatric_without_bmi() | {"amends": str(case_id)}
    request["member"] = {**request["member"], "id": member}
    if withdraws:
        request["lines"] = [{**line, "cancelled": True} for line in request["lines"]]
    return json.dumps(request).encode()


def bundle(member: str) -> bytes:
    return text("homecare_update").replace(FHIR_PERSON.encode(), member.encode())


def doors(platform: Platform, mine: UUID) -> list[Callable[[str, str, random.Random], object]]:
    """Each takes a foreign native member number and a foreign one for FHIR."""

    def over_http(member: str, _: str, chance: random.Random) -> object:
        body = native(mine, member, withdraws=chance.random() < 0.3)
        return platform.send("/v1/submissions", body, "application/json")

    def over_kafka(member: str, _: str, chance: random.Random) -> object:
        body = native(mine, member, withdraws=chance.random() < 0.3)
        return platform.record(chance.randrange(PARTITIONS), [], body)

    def over_fhir(_: str, member: str, chance: random.Random) -> object:
        del chance
        return platform.send("/fhir/Claim/$submit?wait=0", bundle(member), "application/fhir+json")

    def fhir_over_kafka(_: str, member: str, chance: random.Random) -> object:
        headers: list[tuple[str, bytes | None]] = [("ce_type", FHIR_BUNDLE.encode())]
        return platform.record(chance.randrange(PARTITIONS), headers, bundle(member))

    return [over_http, over_kafka, over_fhir, fhir_over_kafka]


def test_no_foreign_member_changes_a_case(stores: Path, tmp_path: Path):
    with running(stores, tmp_path / "platform", documents=False) as platform:
        platform.send(
            "/v1/submissions", json.dumps(bariatric_without_bmi()).encode(), "application/json"
        )
        platform.send("/fhir/Claim/$submit?wait=0", text("homecare"), "application/fhir+json")
        mine = cases(platform)
        assert len(mine) == 2
        chance = random.Random("foreign members")  # noqa: S311 - the same each time
        for number in range(FOREIGN):
            for door in doors(platform, mine[0]):
                door(like(PERSON, chance), like(FHIR_PERSON, chance), chance)
            if number % 20 == 0:
                platform.settle()
        platform.settle()

        found = platform.events(INTAKE)
        versions = [
            (envelope.type, json.loads(value).get("request", {}).get("member", {}).get("id"))
            for envelope, value in found
            if envelope.case_id in mine
            and envelope.type in {RequestReceived.TYPE, RequestAmended.TYPE, RequestCancelled.TYPE}
        ]
        assert sorted(versions) == sorted(
            [(RequestReceived.TYPE, PERSON), (RequestReceived.TYPE, FHIR_PERSON)]
        )
        assert platform.parked() == []
        refused = [envelope for envelope, _ in found if envelope.type == SubmissionRejected.TYPE]
        assert len(refused) == 4 * FOREIGN


@pytest.mark.parametrize("sent", ["native", "fhir"])
def test_the_member_themselves_can(sent: str, stores: Path, tmp_path: Path):
    with running(stores, tmp_path / "platform", documents=False) as platform:
        if sent == "native":
            body = json.dumps(bariatric_without_bmi()).encode()
            platform.send("/v1/submissions", body, "application/json")
            changed = native(cases(platform)[0], PERSON, withdraws=True)
            platform.send("/v1/submissions", changed, "application/json")
        else:
            for name in ("homecare", "homecare_update"):
                platform.send(
                    "/fhir/Claim/$submit?wait=0",
                    text(name),  # type: ignore[arg-type]
                    "application/fhir+json",
                )
        kinds = {envelope.type for envelope, _ in platform.events(INTAKE)}
        assert kinds & {RequestAmended.TYPE, RequestCancelled.TYPE}
        assert len(cases(platform)) == 1
