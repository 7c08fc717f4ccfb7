"""What identifies a person, and what opens doors, stays where it belongs: in the content of
requests, events and letters, never beside it.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request
from urllib.request import urlopen as plain_urlopen

import pytest

from cli.embedded.stack import Stack, start
from cli.parked.requeue import chosen
from cli.services import web
from cli.services.submit import sent
from shared.errors import PriorauthError
from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE
from shared.events.reviews import REVIEWS
from shared.events.submissions import SUBMISSIONS
from shared.settings import SERVICES
from tests.patience import PATIENCE
from tests.stories.privacy import places, requests
from tests.stories.privacy.planted import Person, people, spellings
from tests.stories.telling import eventually

pytestmark = [pytest.mark.stack, pytest.mark.long]
PEOPLE = 17
TOKEN = re.compile(rb"eyj[a-z0-9_-]{8,}\.eyj[a-z0-9_-]{8,}", re.IGNORECASE)
"""Any JSON web token (RFC 7519), whoever made it."""
SECRET = re.compile(rb"private key|private\+key|bearer [a-z0-9._~+-]{20,}", re.IGNORECASE)


@dataclass
class Seen:
    """What was sent, and what was seen where nothing of it may be."""

    stack: Stack
    sent: list[bytes] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    beside: list[tuple[str, bytes]] = field(default_factory=list)
    own: set[places.Place] = field(default_factory=set)
    contents: list[bytes] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def urlopen(self, request: Any, timeout: float) -> Any:
        """Opens an address as the command line does, and keeps what is refused."""
        if isinstance(request, Request):
            bearer = request.get_header("Authorization", "").rpartition(" ")[2]
            self.tokens |= {bearer} - {""}
        try:
            return plain_urlopen(request, timeout=timeout)
        except HTTPError as refused:
            body = refused.read()
            self.refused(refused.code, bytes(refused.headers), body)
            again = io.BytesIO(body)
            raise HTTPError(
                refused.url, refused.code, str(refused.reason), refused.headers, again
            ) from None

    def refused(self, status: int, headers: bytes, body: bytes) -> None:
        self.statuses.append(status)
        self.beside.append((f"an answer {status}", headers + b"\n" + body))

    def submit(self, content: bytes) -> str | None:
        """Sends a request with whatever right a submitter has; none where it is refused."""
        self.sent.append(content)
        try:
            return sent(content, self.stack.urls["intake"], 0).case_id
        except PriorauthError as refused:
            self.beside.append(("an error of the command line", str(refused).encode()))
            return None

    def write(self, topic: str, records: list[dict[str, Any]]) -> None:
        self.sent += [record["value"] for record in records]
        self.own |= places.write(self.stack.broker.address, topic, records)

    def ask(
        self, service: str, target: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Asks as a stranger does, who may write any header."""
        address = urlsplit(self.stack.urls[service])
        connection = HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET" if body is None else "POST", target, body, named)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.sent += [target.encode(), *(value.encode() for value in headers.values()), body or b""]
        self.statuses.append(answer.status)
        if answer.status >= 400:
            self.refused(answer.status, str(answer.getheaders()).encode(), content)
        return answer.status, content

    def run(self, *words: str, **settings: str) -> int:
        """Runs a command, and keeps what the terminal shows."""
        ran = places.priorauth(self.stack, *words, **settings)
        self.beside.append((f"priorauth {words[0]}", (ran.stdout + ran.stderr).encode()))
        return ran.returncode

    def look(self) -> None:
        """Gathers what stands beside the content once all is worked."""
        eventually(lambda: places.caught_up(self.stack))
        for place, beside, value in places.records(self.stack.broker.address):
            self.contents.append(value)
            if place not in self.own:
                self.beside += [(f"{place[0]}, {name}", text) for name, text in beside]
        for where in (places.logs, places.metrics, places.file_names, places.arguments):
            self.beside += where(self.stack)


@pytest.fixture(scope="module")
def who() -> list[Person]:
    return people(PEOPLE)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, who: list[Person]) -> Iterator[Seen]:
    """A stack that logs all it ever logs, through which everything planted has gone."""
    folder = tmp_path_factory.mktemp("privacy")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PRIORAUTH_LOG_LEVEL", "debug")
        patched.setenv("PRIORAUTH_STATE", str(folder / "state"))
        # So that what is forged is read, and refused for what is in it.
        patched.setenv("PRIORAUTH_SEALS", "accept")
        stack = start(folder / "state", print, PATIENCE)
        try:
            found = Seen(stack)
            patched.setattr(web, "urlopen", found.urlopen)
            _send(found, who, folder)
            found.look()
            yield found
        finally:
            stack.stop()


def _send(seen: Seen, who: list[Person], folder: Path) -> None:
    first = _over_http(seen, who)
    _over_kafka(seen, who, first)
    eventually(lambda: places.caught_up(seen.stack))
    _as_an_insider(seen, who)
    _as_a_stranger(seen, who)
    _on_the_command_line(seen, who, folder)


def _over_http(seen: Seen, who: list[Person]) -> str:
    """Sound requests, refused ones and broken ones; the case of the first."""
    first, second, third, fourth = (
        seen.submit(content)
        for content in (
            requests.determinable(who[0]),
            requests.native(who[1]),
            json.dumps(requests.bundle(who[2], "referral")).encode(),
            json.dumps(requests.bundle(who[3], "homecare")).encode(),
        )
    )
    assert first
    assert second
    assert third
    assert fourth
    assert seen.submit(requests.native(who[4], amends=requests.NO_CASE)) is None
    assert seen.submit(requests.native(who[5], amends=first)) is None
    for content in requests.broken(who[6]).values():
        seen.submit(content)
    for content in requests.broken_bundles(who[7]).values():
        seen.submit(content)
    return first


def _over_kafka(seen: Seen, who: list[Person], case_id: str) -> None:
    """The same as records, whose keys and headers are the sender's; and decisions about a case."""
    sound = [requests.native(who[8]), json.dumps(requests.bundle(who[9], "referral")).encode()]
    broken = [
        *requests.broken(who[10]).values(),
        *requests.broken_bundles(who[10]).values(),
        requests.native(who[10], amends=case_id),
    ]
    key = {"key": who[8].member_id.encode()}
    named = {"headers": {"pa_sender": who[10].name.encode(), "ce_type": who[10].note.encode()}}
    seen.write(
        SUBMISSIONS,
        [
            *({"value": value, **key} for value in sound),
            *({"value": value, **key} for value in broken),
            {"value": requests.native(who[10]), **named},
        ],
    )
    kind = {"ce_type": b"pa.reviews.review-submitted.v1"}
    seen.write(
        REVIEWS,
        [{"value": value, "headers": kind} for value in requests.reviews(who[11], case_id)],
    )


def _as_an_insider(seen: Seen, who: list[Person]) -> None:
    """Whoever may write internal topics: what comes next in each case, of each kind in turn."""
    newest: dict[tuple[str, str], tuple[int, dict[str, str]]] = {}
    kinds: dict[str, dict[str, bytes]] = {INTAKE: {}, CRITERIA: {}}
    for (topic, partition, _), beside, value in places.records(seen.stack.broker.address):
        if topic in kinds:
            headers = {name: text.decode().partition(" ")[2] for name, text in beside[1:]}
            newest[topic, headers["ce_subject"]] = partition, headers
            kinds[topic][headers["ce_type"]] = value
    for at, topic in enumerate(kinds):
        forged = [
            (kind, content)
            for kind, value in kinds[topic].items()
            for content in requests.of_ours(who[12 + at], value)
        ]
        cases = _two_a_lane([found for (where, _), found in newest.items() if where == topic])
        assert len(cases) >= 5
        for n, (kind, content) in enumerate(forged):
            partition, headers = cases[n % len(cases)]
            beside = requests.following(headers, 1_000 * at + n, kind)
            seen.write(topic, [{"value": content, "headers": beside, "partition": partition}])


def _two_a_lane(cases: list[tuple[int, dict[str, str]]]) -> list[tuple[int, dict[str, str]]]:
    """Of each lane's cases the first two: a third that cannot be read would stop the lane."""
    taken: Counter[int] = Counter()
    kept = []
    for partition, headers in cases:
        taken[partition] += 1
        if taken[partition] <= 2:
            kept.append((partition, headers))
    return kept


def _as_a_stranger(seen: Seen, who: list[Person]) -> None:
    """Tokens that nobody issued, and identifiers in addresses, hosts, cookies."""
    one = who[14]
    for person in who:
        whole = requests.native(person)
        authorization = f"Bearer {person.token}"
        seen.ask("intake", "/v1/submissions", whole, Authorization=authorization)
    body = requests.native(one)
    # What the command line showed so far, as a submitter's and as an operator's, if it needs any.
    chosen(seen.stack.urls["criteria"], None, None)
    shown = [{"Authorization": f"Bearer {token}"} for token in (one.token, *seen.tokens)]
    for service in SERVICES:
        place = quote(one.member_id)
        targets = [
            f"/v1/parked/{place}",
            f"/v1/parked?case={place}&reason={quote(one.name)}&after={place}",
            f"/{quote(one.name)}",
            f"/metrics?{place}",
        ]
        for text in one.identifiers.values():
            path = quote(text, safe="")
            targets.append(f"/v1/cases/{path}?{path}={path}")
        for target in targets:
            for headers in ({}, *shown):
                seen.ask(service, target, **headers)
        seen.ask(service, "/v1/parked/requeues", body, Cookie=f"session={one.token}")
        seen.ask(service, "/readyz", Host=one.member_id, X_Forwarded_For=one.telephone)
        seen.ask(service, "/v1/lanes", Authorization=f"Basic {one.token}", Origin=one.npi)
    for headers in shown:
        wait = f"/v1/submissions?wait={quote(one.name)}"
        seen.ask("intake", wait, body, Content_Type="application/json", **headers)
        sender = {"pa_sender": one.member_id * 40, **headers}
        seen.ask("intake", "/fhir/Claim/$submit", body, **sender)
    seen.ask("intake", f"/v1/submissions?wait={quote(one.name)}", body, Content_Type=one.npi)
    seen.ask("intake", "/fhir/Claim/$submit", body, pa_sender=one.member_id * 40)


def _on_the_command_line(seen: Seen, who: list[Person], folder: Path) -> None:
    """What operators see: help, lists, and the errors of files that are refused."""
    for words in ([], ["submit"], ["parked", "show"]):
        assert seen.run(*words, "--help") == 0
    assert seen.run("parked", "list") == 0
    assert seen.run("parked", "list", "--json") == 0
    for record in _parked(seen)[:2]:
        assert seen.run("parked", "show", record) == 0
    request = folder / "request.json"
    files = {**requests.broken(who[15]), **requests.broken_bundles(who[16])}
    for name, command in (("values", "submit"), ("type", "submit"), ("text", "evaluate")):
        request.write_bytes(files[name])
        seen.sent.append(files[name])
        assert seen.run(command, str(request)) != 0
    request.write_bytes(requests.native(who[15], amends=requests.NO_CASE))
    seen.run("submit", str(request), PRIORAUTH_TOKEN=who[15].token)
    assert seen.run("submit", str(request), "--wait") != 0
    seen.run("audit", "verify")


def _parked(seen: Seen) -> list[str]:
    """The ids of what is parked, of each service its first."""
    listed = json.loads(places.priorauth(seen.stack, "parked", "list", "--json").stdout)
    return [f"{one['service']}/{one['records'][0]['id']}" for one in listed if one["records"]]


def test_two_hundred_identifiers_went_in_by_every_door(seen: Seen, who: list[Person]):
    texts = {text for person in who for text in person.identifiers.values()}
    everything = b"\n".join(seen.sent)

    assert len(texts) >= 200
    assert [text for text in texts if not any(one in everything for one in _plain(text))] == []
    assert {400, 404, 422} <= set(seen.statuses)
    assert 500 not in seen.statuses
    assert len(_parked(seen)) >= 2


def _plain(text: str) -> tuple[bytes, ...]:
    return text.encode(), json.dumps(text)[1:-1].encode(), quote(text, safe="").encode()


def test_what_was_taken_is_in_the_content_of_events(seen: Seen, who: list[Person]):
    contents = b"\n".join(seen.contents)

    for person in who[:4]:
        assert person.member_id.encode() in contents
        assert person.npi.encode() in contents


def test_nothing_that_identifies_a_person_stands_beside_the_content(seen: Seen, who: list[Person]):
    identifiers = {
        (f"{kind} of person {n}", spelt)
        for n, person in enumerate(who)
        for kind, text in person.identifiers.items()
        for spelt in spellings(text)
    }
    places_searched = {
        where: b"\n".join({text.lower() for place, text in seen.beside if place == where})
        for where, _ in seen.beside
    }

    found = {
        (where, what)
        for where, text in places_searched.items()
        for what, spelt in identifiers
        if spelt in text
    }

    assert found == set()


def test_no_token_and_no_key_stands_there_either(seen: Seen):
    secrets = [*places.keys(seen.stack), *seen.tokens]
    beside = [(where, text) for where, text in seen.beside if not where.endswith("--help")]

    assert secrets
    assert {
        where for where, text in beside if any(one.encode() in text for one in secrets)
    } == set()
    assert {where for where, text in beside if TOKEN.search(text)} == set()
    assert {where for where, text in beside if SECRET.search(text)} == set()


def test_every_place_was_looked_at(seen: Seen):
    places_seen = {where for where, text in seen.beside if text}

    for service in SERVICES:
        assert f"log/{service}.log" in places_seen
        assert f"{service}/metrics" in places_seen
    assert {"process arguments", "a file's name"} <= places_seen
    assert {f"{topic}, ce_id" for topic in (INTAKE, CRITERIA)} <= places_seen
    assert f"{SUBMISSIONS}, ce_type" in places_seen
