"""The local issuer: its key, its public half, and the tokens that commands make with it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.services import credentials
from cli.services.addresses import COMPOSE_PORTS
from shared.access.local_issuer import LIFE_SECONDS, LocalIssuer, local_issuer
from shared.access.principal import Principal, Role
from shared.access.tokens import parsed
from shared.clock import SettableClock
from shared.errors import Impossible, Unavailable
from shared.settings import Settings, load
from shared.web.entrance import verifier_of
from tests.unit.access.issuing import NOW

NURSE = frozenset({Role.NURSE})


@pytest.fixture
def issuer(tmp_path: Path) -> LocalIssuer:
    found = local_issuer(tmp_path)
    found.establish()
    return found


def embedded(state: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PRIORAUTH_STATE", str(state))
    monkeypatch.setenv("PRIORAUTH_EMBEDDED", "1")
    return load("intake")


def read(settings: Settings, text: str, at: SettableClock | None = None) -> Principal:
    verifier = verifier_of(settings, at or SettableClock(NOW))
    token = parsed(text)
    verifier.refresh(token)
    return verifier.principal(token)


def test_only_its_owner_reads_the_key_and_everybody_its_public_half(issuer: LocalIssuer):
    key = issuer.jwks.with_name("issuer.key")

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(issuer.jwks.stat().st_mode) == 0o644
    assert set(json.loads(issuer.jwks.read_text())["keys"][0]) == {
        "kty", "crv", "x", "kid", "alg", "use",
    }  # fmt: skip


def test_it_keeps_its_key(issuer: LocalIssuer):
    before = issuer.jwks.read_bytes()
    issuer.establish()

    assert issuer.jwks.read_bytes() == before


def test_its_token_is_taken_for_a_quarter_of_an_hour(
    issuer: LocalIssuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings = embedded(tmp_path, monkeypatch)
    text = issuer.token("somebody", NURSE, SettableClock(NOW))

    found = read(settings, text)
    assert (found.subject, found.roles, found.local) == ("somebody", NURSE, True)
    assert found.speaks_for("any clinic")
    late = SettableClock(NOW + timedelta(seconds=LIFE_SECONDS + 61))
    with pytest.raises(Exception, match="expired"):
        read(settings, text, late)


def test_the_token_of_another_stack_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    other = local_issuer(tmp_path / "other")
    other.establish()
    text = other.token("somebody", NURSE, SettableClock(NOW))

    with pytest.raises(Exception, match="not known"):
        read(embedded(tmp_path / "this", monkeypatch), text)


def test_an_embedded_stack_takes_no_other_issuer_whatever_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("ISSUER", "AUDIENCE"):
        monkeypatch.setenv(f"PRIORAUTH_TOKENS_{name}", "other")
    monkeypatch.setenv("PRIORAUTH_TOKENS_JWKS", "/nowhere")
    settings = embedded(tmp_path, monkeypatch)
    local_issuer(tmp_path).establish()

    assert read(settings, local_issuer(tmp_path).token("p", NURSE, SettableClock(NOW))).local


@pytest.mark.parametrize("missing", ["ISSUER", "AUDIENCE", "JWKS"])
def test_a_service_that_does_not_know_whose_tokens_to_take_does_not_start(
    missing: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRIORAUTH_EMBEDDED", "0")
    for name in ("ISSUER", "AUDIENCE", "JWKS"):
        monkeypatch.setenv(f"PRIORAUTH_TOKENS_{name}", "" if name == missing else "given")

    with pytest.raises(Impossible, match="Set PRIORAUTH_TOKENS_ISSUER"):
        verifier_of(load("intake"), SettableClock(NOW))


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which nothing runs, and no token is set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(credentials, "_vouched", {})
    monkeypatch.setenv("PRIORAUTH_STATE", str(tmp_path / "state"))
    for name in ("PRIORAUTH_TOKEN", "PRIORAUTH_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


URL = "http://127.0.0.1:1"


def issued_by(text: str) -> str:
    return parsed(text).kid


def established(state: Path) -> str:
    """The name of a local issuer's key, made anew."""
    issuer = local_issuer(state)
    issuer.establish()
    kid: str = json.loads(issuer.jwks.read_text())["keys"][0]["kid"]
    return kid


@pytest.mark.usefixtures("alone")
def test_without_an_issuer_there_is_no_token():
    assert credentials.bearer(URL, Role.NURSE) == ""
    assert CliRunner().invoke(app, ["access", "header", "nurse"]).exception


def test_a_stack_that_runs_from_the_state_folder_has_its_own_issuer(alone: Path):
    composed = established(alone / credentials.COMPOSE_STATE)
    own = established(alone / "state")
    (alone / "state" / "run.json").write_text(json.dumps({"urls": {"intake": f"{URL}/"}}))

    assert issued_by(credentials.bearer(f"{URL}/v1/lanes", Role.NURSE)) == own
    assert issued_by(credentials.bearer("http://127.0.0.1:2/", Role.NURSE)) == own
    for port in COMPOSE_PORTS.values():
        assert issued_by(credentials.bearer(f"http://127.0.0.1:{port}/", Role.NURSE)) == composed


def test_a_stack_that_this_process_started_has_its_own_issuer(alone: Path):
    established(alone / credentials.COMPOSE_STATE)
    started = established(alone / "started")
    credentials.vouch("http://127.0.0.1:3", alone / "started")

    assert issued_by(credentials.bearer("http://127.0.0.1:3/v1/lanes", Role.NURSE)) == started


def test_a_stack_that_is_started_again_in_its_folder_has_a_new_issuer(alone: Path):
    first = established(alone / "state")
    credentials.vouch(URL, alone / "state")
    assert issued_by(credentials.bearer(URL, Role.NURSE)) == first
    (alone / "state").rename(alone / "aside")
    second = established(alone / "state")
    credentials.vouch(URL, alone / "state")

    assert issued_by(credentials.bearer(URL, Role.NURSE)) == second != first


def test_a_token_that_is_set_goes_before_any_other(alone: Path, monkeypatch: pytest.MonkeyPatch):
    established(alone / "state")
    (alone / "token").write_text("from a file\n")
    monkeypatch.setenv("PRIORAUTH_TOKEN_FILE", str(alone / "token"))
    assert credentials.bearer(URL, Role.NURSE) == "from a file"
    monkeypatch.setenv("PRIORAUTH_TOKEN", "set")
    assert credentials.bearer(URL, Role.NURSE) == "set"


def test_a_token_file_that_cannot_be_read_is_told_without_its_name(
    alone: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRIORAUTH_TOKEN_FILE", str(alone / "nowhere"))

    with pytest.raises(Unavailable, match="PRIORAUTH_TOKEN_FILE cannot be read"):
        credentials.bearer(URL, Role.NURSE)


def test_a_token_is_made_once_for_many_requests_of_a_role(alone: Path):
    established(alone / "state")
    first = credentials.bearer(URL, Role.AUDITOR)

    assert credentials.bearer(URL, Role.AUDITOR) is first
    assert credentials.bearer(URL, Role.NURSE) != first


def test_the_header_of_a_role_can_be_piped(alone: Path):
    established(alone / "state")

    printed = CliRunner().invoke(app, ["access", "header", "submitter"]).stdout

    assert printed.startswith("Authorization: Bearer ey")
    assert parsed(printed.split()[-1]).algorithm == "EdDSA"


def test_the_issuer_of_compose_gives_services_its_public_half_alone(alone: Path):
    (alone / "docker-compose.yml").touch()
    folder, public = alone / ".priorauth-compose" / "access", alone / "public" / "jwks.json"
    public.parent.mkdir()
    arguments = ["access", "local-issuer", str(folder), "--public", str(public)]
    command = [sys.executable, "-m", "cli.main", *arguments, "--owner-of", "docker-compose.yml"]
    root = Path(credentials.__file__).parents[2]
    subprocess.run(command, check=True, cwd=alone, env={"PYTHONPATH": str(root)})

    assert "d" not in json.loads(public.read_text())["keys"][0]
    assert stat.S_IMODE(public.stat().st_mode) == 0o644
    assert stat.S_IMODE((folder / "issuer.key").stat().st_mode) == 0o600
    kid = json.loads(public.read_text())["keys"][0]["kid"]
    assert issued_by(credentials.bearer("http://127.0.0.1:8080", Role.NURSE)) == kid
