"""A setting that cannot be meant is refused with its name and what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.errors import Impossible
from shared.settings import DEFAULT_BROKER, load

NUMBERS = ("PRIORAUTH_HTTP_PORT", "PRIORAUTH_BATCH_RECORDS", "PRIORAUTH_REPLICATION")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("text", ["x", "-1", "1.5", "99999999", "\u0661"])
def test_a_number_that_is_none_is_refused(name: str, text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, text)

    with pytest.raises(Impossible, match=f"{name} must be a whole number.*Set {name}="):
        load()


def test_a_level_that_is_none_is_refused_and_its_case_does_not_matter(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("PRIORAUTH_LOG_LEVEL", "loud")
    with pytest.raises(Impossible, match="Set it to one of debug, info"):
        load()

    monkeypatch.setenv("PRIORAUTH_LOG_LEVEL", "WARNING")
    assert load().log_level == "warning"


ADDRESSES = {
    "PRIORAUTH_BROKER": (
        "127.0.0.1:x",
        "kafka:99999",
        "a b:9092",
        "kafka:9092,",
        "https://kafka:9092",
    ),
    "PRIORAUTH_DATABASE_URL": (
        "intake",
        "mysql://h/x",
        "sqlite://x",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://h:x/y",
        "postgresql://[::1/y",
    ),
    "PRIORAUTH_TOKENS_JWKS": (
        "http://id.plan.example/jwks",
        "ftp://id.plan.example/jwks",
        "https://",
        "file:///jwks.json",
        "http://127.0.0.1.evil.example/jwks",
        "http://localhost@evil.example/jwks",
    ),
    "PRIORAUTH_TOKENS_ENDPOINT": ("token", "ftp://id.plan.example/token"),
    "PRIORAUTH_AUDIT_URL": ("audit", "127.0.0.1:80", "http://", "http://a b", "http://a:99999"),
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in ADDRESSES.items() for text in texts]
)
def test_an_address_that_is_none_is_refused(name: str, text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, text)

    with pytest.raises(Impossible, match=rf"^{name} is no .* address\. Set it to "):
        load()


def test_a_password_in_an_address_that_is_refused_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_DATABASE_URL", "postgres://intake:secret@127.0.0.1/intake")

    with pytest.raises(Impossible) as refused:
        load()

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PRIORAUTH_BROKER", "kafka"),
        ("PRIORAUTH_BROKER", "kafka_1.example:19092, [::1]:9092"),
        ("PRIORAUTH_DATABASE_URL", "sqlite:///relative.sqlite"),
        ("PRIORAUTH_DATABASE_URL", "sqlite:////absolute.sqlite"),
        ("PRIORAUTH_DATABASE_URL", "postgresql://u:p@h:5432/d?sslmode=require"),
        ("PRIORAUTH_DATABASE_URL", "postgresql:///d?host=/run/postgresql"),
        ("PRIORAUTH_AUDIT_URL", "https://pa.example/audit/"),
        ("PRIORAUTH_TOKENS_JWKS", "/run/access/jwks.json"),
        ("PRIORAUTH_TOKENS_JWKS", "https://id.plan.example/jwks"),
        ("PRIORAUTH_TOKENS_JWKS", "http://127.0.0.1:8080/jwks"),
        ("PRIORAUTH_TOKENS_JWKS", "http://[::1]:8080/jwks"),
        ("PRIORAUTH_TOKENS_ENDPOINT", "https://id.plan.example/token"),
    ],
)
def test_every_form_of_address_is_taken_as_it_is(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, text)

    found = load()

    tokens = {found.tokens.jwks, found.tokens.endpoint}
    assert text in {found.broker, found.database_url, found.urls.get("audit")} | tokens


@pytest.mark.parametrize("text", ["pa.example:8080", "http://pa.example", "a b", "*", "-a", "a/b"])
def test_a_host_name_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_HTTP_NAMES", text)

    with pytest.raises(Impossible, match="PRIORAUTH_HTTP_NAMES is no list of host names"):
        load()


def test_host_names_are_taken_in_any_case(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_HTTP_NAMES", "PA.plan.example, [fd00::1],10.0.0.7,")

    assert load().http_names == ("pa.plan.example", "[fd00::1]", "10.0.0.7")


def test_a_token_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_TOKEN", "secret")

    assert "secret" not in repr(load())


@pytest.mark.parametrize("name", ["PRIORAUTH_RENDER", "PRIORAUTH_EMBEDDED"])
@pytest.mark.parametrize("text", ["yes", "true", "2", " 1"])
def test_a_switch_that_is_neither_on_nor_off_is_refused(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, text)

    with pytest.raises(Impossible, match=f"{name} is neither 1 nor 0. Set {name}="):
        load()


@pytest.mark.parametrize("name", ["PRIORAUTH_STATE", "PRIORAUTH_KEYS", "PRIORAUTH_INSTANCE"])
def test_bytes_that_are_no_text_are_refused(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, "\udcff")

    with pytest.raises(Impossible, match=f"{name} is not UTF-8"):
        load()


def test_an_empty_setting_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch):
    for name in (*NUMBERS, *ADDRESSES, "PRIORAUTH_STATE", "PRIORAUTH_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    unset = load("audit")
    for name in (*NUMBERS, *ADDRESSES, "PRIORAUTH_STATE", "PRIORAUTH_LOG_LEVEL"):
        monkeypatch.setenv(name, "")

    assert load("audit") == unset
    assert unset.broker == DEFAULT_BROKER


def test_the_clock_is_moved_in_an_embedded_stack_and_nowhere_else(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_CLOCK_SHIFT", "24")
    monkeypatch.setenv("PRIORAUTH_EMBEDDED", "1")
    assert load("intake").ahead == timedelta(days=1)
    monkeypatch.setenv("PRIORAUTH_EMBEDDED", "0")

    with pytest.raises(Impossible, match="PRIORAUTH_CLOCK_SHIFT is for the embedded stack alone"):
        load("intake")
