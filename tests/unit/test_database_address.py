"""A database's address is put together of what stands in it and what must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import Impossible
from shared.settings import load

URL = "postgresql://intake@db:5432/intake"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_text("p@ss/w:rd%\n")
    path.chmod(0o600)
    return str(path)


def address(monkeypatch: pytest.MonkeyPatch, url: str, **files: str) -> str:
    monkeypatch.setenv("PRIORAUTH_DATABASE_URL", url)
    for name, path in files.items():
        monkeypatch.setenv(f"PRIORAUTH_DATABASE_{name}_FILE", path)
    return load("intake").database_url


def test_the_password_of_a_file_becomes_part_of_the_address(
    monkeypatch: pytest.MonkeyPatch, file: str
):
    found = address(monkeypatch, URL, PASSWORD=file)

    assert found == "postgresql://intake:p%40ss%2Fw%3Ard%25@db:5432/intake"
    assert "p%40ss" not in repr(load("intake"))


def test_with_an_authority_the_server_must_prove_who_it_is(
    monkeypatch: pytest.MonkeyPatch, file: str
):
    assert address(monkeypatch, URL, CA=file) == f"{URL}?sslmode=verify-full&sslrootcert={file}"
    assert address(monkeypatch, f"{URL}?connect_timeout=3", CA=file) == (
        f"{URL}?connect_timeout=3&sslmode=verify-full&sslrootcert={file}"
    )


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://intake:secret@db/intake", "PASSWORD"),
        ("postgresql:///intake?host=/run/postgresql", "PASSWORD"),
        ("sqlite:///x.sqlite", "PASSWORD"),
        ("sqlite:///x.sqlite", "CA"),
        (f"{URL}?sslmode=require", "CA"),
    ],
)
def test_what_would_be_left_out_is_refused(
    monkeypatch: pytest.MonkeyPatch, file: str, url: str, name: str
):
    with pytest.raises(Impossible, match=f"PRIORAUTH_DATABASE_{name}_FILE cannot be used") as no:
        address(monkeypatch, url, **{name: file})

    assert "secret@" not in str(no.value)
