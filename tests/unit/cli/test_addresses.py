"""Where the command line looks for services and broker, in which order."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli.services.addresses import broker_of, run_file, url_of
from shared.errors import Impossible
from shared.settings import DEFAULT_BROKER, Settings, load


def settings(state: Path, urls: dict[str, str] | None = None) -> Settings:
    return replace(load(), state=state, urls=urls or {}, broker=DEFAULT_BROKER)


def running(state: Path) -> Path:
    """A state folder with a stack that says where it is."""
    (state / "run.json").write_text(
        json.dumps({"broker": "127.0.0.1:5", "urls": {"intake": "http://127.0.0.1:6"}})
    )
    return state


def test_without_anything_the_ports_of_compose_are_meant(tmp_path: Path):
    assert url_of("letters", settings(tmp_path)) == "http://127.0.0.1:8082"
    assert broker_of(settings(tmp_path)).address == DEFAULT_BROKER


def test_a_running_stack_is_found_through_its_state_folder(tmp_path: Path):
    assert url_of("intake", settings(running(tmp_path))) == "http://127.0.0.1:6"
    assert broker_of(settings(running(tmp_path))).address == "127.0.0.1:5"


def test_a_setting_comes_before_a_running_stack_and_an_option_before_all(tmp_path: Path):
    set_so = settings(running(tmp_path), {"intake": "http://pa.example/"})

    assert url_of("intake", set_so) == "http://pa.example"
    assert url_of("intake", set_so, "http://other.example") == "http://other.example"
    assert broker_of(replace(set_so, broker="kafka:19092")).address == "kafka:19092"


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"7",
        b"",
        b"\xff\x00",
        b"[" * 100_000,
        b'{"urls": 7}',
        b'{"urls": {"audit": 7}}',
        b'{"urls": {"audit": "nowhere"}}',
        b'{"urls": {"audit": "http://127.0.0.1:99999"}}',
        b'{"broker": 7}',
        b'{"broker": "127.0.0.1:x"}',
        b'{"pids": {"audit": ["1"]}}',
    ],
)
def test_a_damaged_run_file_is_as_good_as_none(tmp_path: Path, content: bytes):
    (tmp_path / "run.json").write_bytes(content)

    assert run_file(tmp_path) == {}
    assert url_of("audit", settings(tmp_path)) == "http://127.0.0.1:8083"
    assert broker_of(settings(tmp_path)).address == DEFAULT_BROKER


@pytest.mark.parametrize("given", ["foo", "localhost:8080", "http://", "http://a b", "ftp://a/"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, given: str):
    with pytest.raises(Impossible, match=r"no HTTP address\. Give http://HOST:PORT"):
        url_of("audit", settings(tmp_path), given)
