"""What keeps a client and a broker apart is said in words, with what to do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from shared.errors import Unavailable
from shared.kafka.cluster import Cluster
from shared.kafka.refusal import meaning, refusal

SAID = {
    "SASL authentication error: Authentication failed during authentication due to invalid "
    "credentials with SASL mechanism SCRAM-SHA-512": "PRIORAUTH_KAFKA_PASSWORD_FILE",
    "SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism": (
        "PRIORAUTH_KAFKA_MECHANISM"
    ),
    "error:0A000086:SSL routines::certificate verify failed": "PRIORAUTH_KAFKA_CA_FILE",
    "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker "
    "certificate could not be verified": "PRIORAUTH_KAFKA_CA_FILE",
    "Receive failed: error:0A000412:SSL routines::ssl/tls alert bad certificate: SSL alert "
    "number 42": "PRIORAUTH_KAFKA_CERTIFICATE_FILE",
}
"""What librdkafka said of Kafka 4.3.1 in each case -> what the remedy names."""


@pytest.mark.parametrize(("said", "named"), SAID.items())
def test_what_the_client_says_becomes_what_to_do(said: str, named: str):
    refused = meaning(["Connect to ipv4#127.0.0.1:1 failed", said])

    assert refused is not None
    assert named in (refused.remedy or "")


def test_what_may_be_over_in_a_moment_is_no_refusal():
    assert meaning(["Connect to ipv4#127.0.0.1:1 failed: Connection refused"]) is None
    assert refusal(Cluster("127.0.0.1:1")) is None


@pytest.fixture
def closing() -> Iterator[str]:
    """A listener that takes what a client says first and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connection.recv(1024)
                connection.close()

        Thread(target=hang_up, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("protocol", ["plaintext", "ssl", "sasl_ssl"])
def test_a_port_that_speaks_another_protocol_is_a_refusal(closing: str, protocol: str):
    user = "someone" if protocol == "sasl_ssl" else ""

    refused = refusal(Cluster(closing, protocol, user=user, password=user), patience=2.0)

    assert refused is not None
    assert "PRIORAUTH_KAFKA_PROTOCOL" in (refused.remedy or "")


def test_a_file_that_is_no_certificate_is_told_of_before_any_connection(tmp_path: Path):
    (tmp_path / "ca").write_text("no PEM")

    with pytest.raises(Unavailable, match=r"cannot use its settings.*Check the files"):
        refusal(Cluster("127.0.0.1:1", "ssl", ca_file=str(tmp_path / "ca")))
