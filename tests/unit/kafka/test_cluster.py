"""How a client proves who it is: what cannot be meant is refused by its name, and nothing that was
set is left out without a word.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import Impossible
from shared.kafka.cluster import Cluster
from shared.settings import load

SECRET = "kq8-not-to-be-shown"  # noqa: S105 - no password


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which everything is set as it should be."""
    for name, content in (("password", f"{SECRET}\n"), ("ca", "-"), ("key", "-"), ("crt", "-")):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o640)
    monkeypatch.setenv("PRIORAUTH_BROKER", "kafka:9092, kafka2:9092")
    monkeypatch.setenv("PRIORAUTH_KAFKA_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("PRIORAUTH_KAFKA_USER", "intake")
    monkeypatch.setenv("PRIORAUTH_KAFKA_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("PRIORAUTH_KAFKA_CA_FILE", str(tmp_path / "ca"))
    return monkeypatch


def test_without_settings_nothing_but_the_address_is_given_to_a_client():
    cluster = load().cluster

    assert cluster == Cluster("127.0.0.1:9092")
    assert cluster.librdkafka() == {"bootstrap.servers": "127.0.0.1:9092"}
    assert cluster.kafka_python() == {"bootstrap_servers": ["127.0.0.1:9092"]}


@pytest.mark.usefixtures("secured")
def test_a_password_over_tls_reaches_both_libraries(tmp_path: Path):
    cluster = load().cluster

    assert cluster.librdkafka() == {
        "bootstrap.servers": "kafka:9092, kafka2:9092",
        "security.protocol": "sasl_ssl",
        "ssl.ca.location": str(tmp_path / "ca"),
        "ssl.endpoint.identification.algorithm": "https",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "intake",
        "sasl.password": SECRET,
    }
    assert cluster.kafka_python() == {
        "bootstrap_servers": ["kafka:9092", "kafka2:9092"],
        "security_protocol": "SASL_SSL",
        "ssl_check_hostname": True,
        "ssl_cafile": str(tmp_path / "ca"),
        "ssl_certfile": None,
        "ssl_keyfile": None,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "intake",
        "sasl_plain_password": SECRET,
    }


def test_a_certificate_reaches_both_libraries(secured: pytest.MonkeyPatch, tmp_path: Path):
    secured.setenv("PRIORAUTH_KAFKA_PROTOCOL", "ssl")
    secured.delenv("PRIORAUTH_KAFKA_USER")
    secured.delenv("PRIORAUTH_KAFKA_PASSWORD_FILE")
    secured.setenv("PRIORAUTH_KAFKA_CERTIFICATE_FILE", str(tmp_path / "crt"))
    secured.setenv("PRIORAUTH_KAFKA_KEY_FILE", str(tmp_path / "key"))

    cluster = load().cluster

    assert cluster.librdkafka()["ssl.certificate.location"] == str(tmp_path / "crt")
    assert cluster.librdkafka()["ssl.key.location"] == str(tmp_path / "key")
    assert cluster.kafka_python()["ssl_keyfile"] == str(tmp_path / "key")
    assert "sasl.mechanism" not in cluster.librdkafka()


@pytest.mark.usefixtures("secured")
def test_a_password_is_not_shown_by_what_holds_it():
    settings = load()

    assert settings.cluster.password == SECRET
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.cluster)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("PROTOCOL", "sasl_plaintext", "PROTOCOL is none of plaintext, ssl, sasl_ssl"),
        ("PROTOCOL", "tls", "PROTOCOL is none of"),
        ("PROTOCOL", "", "CA_FILE is set, but PRIORAUTH_KAFKA_PROTOCOL is plaintext"),
        ("PROTOCOL", "plaintext", "CA_FILE is set, but PRIORAUTH_KAFKA_PROTOCOL is plaintext"),
        ("MECHANISM", "PLAIN", "MECHANISM is none of SCRAM-SHA-512, SCRAM-SHA-256"),
        ("USER", "", "USER and PRIORAUTH_KAFKA_PASSWORD_FILE belong together"),
        ("PASSWORD_FILE", "", "Set PRIORAUTH_KAFKA_PASSWORD_FILE too"),
        (
            "PASSWORD_FILE",
            "/nowhere/password",
            "PASSWORD_FILE names /nowhere/password, which can",
        ),
        ("CA_FILE", "/nowhere/ca", "CA_FILE names /nowhere/ca, which cannot be read"),
        ("KEY_FILE", "/nowhere/key", "CERTIFICATE_FILE and PRIORAUTH_KAFKA_KEY_FILE belong"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    secured: pytest.MonkeyPatch, name: str, text: str, why: str
):
    secured.setenv(f"PRIORAUTH_KAFKA_{name}", text)

    with pytest.raises(Impossible, match=f"PRIORAUTH_KAFKA_.*{why}|{why}"):
        load()


def test_a_user_without_anything_is_missed(secured: pytest.MonkeyPatch):
    secured.delenv("PRIORAUTH_KAFKA_USER")
    secured.delenv("PRIORAUTH_KAFKA_PASSWORD_FILE")

    with pytest.raises(Impossible, match="is sasl_ssl, but no PRIORAUTH_KAFKA_USER is set"):
        load()


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize("content", ["", "\n", "one\ntwo\n"])
def test_a_file_that_is_no_password_is_refused_without_showing_it(tmp_path: Path, content: str):
    (tmp_path / "password").write_text(content)

    with pytest.raises(Impossible, match="does not hold one line") as refused:
        load()

    assert "two" not in str(refused.value)


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize("mode", [0o644, 0o602, 0o777])
def test_a_password_that_everybody_can_read_is_refused(tmp_path: Path, mode: int):
    (tmp_path / "password").chmod(mode)

    with pytest.raises(Impossible, match=r"everybody on this machine can read or write.*chmod 600"):
        load()
