"""`priorauth reference`: reference data from a file is checked by who reads it, compared with what
is in force, published by the one door, and awaited.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from cli.reference import content, publication
from cli.services import web
from services.criteria import handlers as criteria
from services.intake import handlers as intake
from services.letters import handlers as letters
from shared.access.principal import Role
from shared.events.policies import READ_BY, ReferencePublished
from shared.lanes.service import CaseService
from shared.lanes.state.reference import ReferenceItem
from shared.settings import Settings, load

Json = dict[str, Any]
PLANS = {"plans": [{"plan": "001", "from": "2026-01-01", "state": "OH"}]}
WHO = ("--by", "Ada", "--reason", "A plan more.")


@dataclass
class Platform:
    """Criteria, intake and letters as the commands ask them."""

    in_force: dict[tuple[str, str], str] = field(default_factory=dict)
    refuses: str = ""
    refuses_late: str = ""
    reads: bool = True
    published: list[ReferencePublished] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def post(self, url: str, body: bytes, media_type: str, role: Role) -> web.HttpAnswer:
        assert (media_type, role) == ("application/json", Role.OPERATIONS)
        place = urlsplit(url)
        told = ReferencePublished.model_validate_json(body)
        self.asked.append(f"{place.netloc} {place.path}")
        if place.path == "/v1/reference/checks":
            return web.HttpAnswer(200, {"items": [], "refused": self.refuses})
        assert (place.netloc, place.path) == ("criteria", "/v1/reference")
        self.published.append(told)
        if self.reads:
            self.in_force |= {(one.kind, one.id): one.content for one in told.items}
        return web.HttpAnswer(202, {}, "/v1/reference/publications/7")

    def get(self, url: str, _: Role) -> Any:
        place = urlsplit(url)
        if place.path == "/v1/reference/item":
            asked = parse_qs(place.query)
            text = self.in_force.get((asked["kind"][0], asked["id"][0]))
            return text and {"content": text, "kind": asked["kind"][0]}
        if place.path == "/v1/reference":
            active = [
                {"kind": kind, "id": name, "sha256": hashed(kind, name, text)}
                for (kind, name), text in self.in_force.items()
            ]
            return {"set": f"{place.netloc}-set", "active": active}
        assert place.path == "/v1/reference/publications/7"
        items = [
            {"kind": one.kind, "id": one.id, "sha256": hashed(one.kind, one.id, one.content)}
            for one in self.published[-1].items
            if place.netloc in READ_BY[one.kind]
        ]
        outcome = "refused" if self.refuses_late else "taken_up"
        return {"outcome": outcome, "detail": self.refuses_late, "items": items}


def hashed(kind: str, name: str, text: str) -> str:
    return ReferenceItem(kind, name, text.encode()).sha256


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    made = Platform()
    monkeypatch.setattr(web, "post", made.post)
    monkeypatch.setattr(web, "get", made.get)
    monkeypatch.setattr(web, "get_if_there", made.get)
    monkeypatch.setattr(publication, "url_of", lambda service, _: f"http://{service}")
    monkeypatch.setattr(publication, "NOTICE", 0.0)
    return made


def typed(*words: Any) -> Result:
    return CliRunner().invoke(app, ["reference", *(str(word) for word in words)])


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    file = tmp_path / "2026.json"
    file.write_text(json.dumps(PLANS), "utf-8")
    return file


def test_what_is_published_is_checked_by_its_reader_and_awaited_until_it_is_in_force(
    platform: Platform, plans: Path
):
    found = typed("publish", "plans", plans, *WHO, "--json")

    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert (answer["outcome"], answer["sets"]) == ("in_force", {"intake": "intake-set"})
    assert platform.asked == ["intake /v1/reference/checks", "criteria /v1/reference"]
    (told,) = platform.published
    (item,) = told.items
    assert (item.kind, item.id, json.loads(item.content)) == ("plans", "2026", PLANS)
    assert (told.published_by, told.reason) == ("Ada", "A plan more.")
    assert '+   "plan": "001",' in answer["difference"]


def test_a_dry_run_shows_the_difference_and_publishes_nothing(platform: Platform, plans: Path):
    old = json.dumps({"plans": [{"plan": "001", "from": "2026-01-01", "state": "CA"}]})
    platform.in_force["plans", "2026"] = old
    found = typed("publish", "plans", plans, *WHO, "--dry-run")

    assert (found.exit_code, platform.published) == (0, [])
    assert '-   "state": "CA"' in found.stdout
    assert '+   "state": "OH"' in found.stdout
    assert "could be published; nothing was" in found.stdout


def test_what_is_in_force_already_is_not_published_again(platform: Platform, plans: Path):
    platform.in_force["plans", "2026"] = plans.read_text("utf-8")
    found = typed("publish", "plans", plans, *WHO)

    assert (found.exit_code, platform.published) == (0, [])
    assert "nothing was published" in found.stdout


def test_what_its_reader_could_not_read_is_not_published(platform: Platform, plans: Path):
    platform.refuses = "plans 2026 does not fit."
    found = typed("publish", "plans", plans, *WHO)

    assert "Intake refuses it: plans 2026 does not fit." in str(found.exception)
    assert platform.published == []


def test_what_was_refused_when_it_was_read_is_no_success(platform: Platform, plans: Path):
    platform.refuses_late = "Another is in force by now."
    found = typed("publish", "plans", plans, *WHO)

    assert "Intake refused it: Another is in force by now." in str(found.exception)


def test_what_is_not_in_force_in_time_says_where_to_look(platform: Platform, plans: Path):
    platform.reads = False
    found = typed("publish", "plans", plans, *WHO)
    assert getattr(found.exception, "code", None) == "not_read"
    assert typed("publish", "plans", plans, *WHO, "--no-wait").exit_code == 0


def test_a_zone_is_named_by_its_place_and_checked_by_both_who_read_it(
    platform: Platform, tmp_path: Path
):
    file = tmp_path / "zoneinfo" / "America" / "Chicago"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"TZif\x00\xff")
    assert typed("publish", "zone", file, *WHO).exit_code == 0

    ((item,),) = [one.items for one in platform.published]
    assert (item.id, b64decode(item.content)) == ("America/Chicago", b"TZif\x00\xff")
    assert platform.asked[:2] == ["intake /v1/reference/checks", "letters /v1/reference/checks"]
    elsewhere = tmp_path / "Chicago"
    elsewhere.write_bytes(b"TZif")
    assert "--id" in getattr(typed("publish", "zone", elsewhere, *WHO).exception, "remedy", "")


@pytest.mark.parametrize("kind", ["edition", "switch", "anything"])
def test_a_policy_or_an_unknown_kind_is_not_published_from_a_file(
    platform: Platform, plans: Path, kind: str
):
    assert getattr(typed("publish", kind, plans, *WHO).exception, "code", None) == "kind"
    assert platform.asked == []


@pytest.mark.parametrize("kind", sorted(content.ALONE))
def test_of_what_there_is_one_it_is_named_like_its_kind(tmp_path: Path, kind: str):
    file = tmp_path / "corrected.yaml"
    file.write_text("version: 1\n", "utf-8")
    assert content.published(kind, file, None).id == kind


def test_show_prints_what_was_published_to_the_letter(platform: Platform):
    platform.in_force["clock-rules", "clock-rules"] = "rules: [1]\n"
    assert typed("show", "clock-rules").stdout == "rules: [1]\n"
    assert getattr(typed("show", "plans", "2025").exception, "code", None) == "unknown_item"


@pytest.mark.usefixtures("platform")
def test_list_names_what_each_service_reads():
    found = json.loads(typed("list", "--json").stdout)
    assert {one["set"] for one in found.values()} == {"criteria-set", "intake-set", "letters-set"}


def kinds_of(service: Callable[[Settings], CaseService[Any]]) -> frozenset[str]:
    made = service(load()).references
    assert made is not None
    return made.kinds


def test_every_kind_stands_with_the_services_that_read_it():
    built = {"criteria": criteria, "intake": intake, "letters": letters}
    reads = {name: kinds_of(module.service) for name, module in built.items()}
    assert {kind for kinds in reads.values() for kind in kinds} == READ_BY.keys()
    for kind, services in READ_BY.items():
        assert services == tuple(sorted(name for name, kinds in reads.items() if kind in kinds))
