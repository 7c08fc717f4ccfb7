"""Why a broker and this client do not come together, asked once: the client libraries try again for
ever, and say why in a log line at most.
"""

from __future__ import annotations

from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from shared.clock import monotonic
from shared.errors import Unavailable
from shared.kafka.cluster import Cluster

PATIENCE, LOOK = 5.0, 0.3
_ADDRESS = "Check PRIORAUTH_BROKER, the listener it names, and PRIORAUTH_KAFKA_PROTOCOL."
WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "sasl authentication error",
        "Kafka does not accept this user with this password",
        (
            "Check PRIORAUTH_KAFKA_USER, the file of PRIORAUTH_KAFKA_PASSWORD_FILE and "
            "PRIORAUTH_KAFKA_MECHANISM."
        ),
    ),
    (
        "certificate verify failed",
        "Kafka's certificate is not one that this client trusts, or is another server's",
        (
            "Name the authority that issued it with PRIORAUTH_KAFKA_CA_FILE, and the server in "
            "PRIORAUTH_BROKER as its certificate does."
        ),
    ),
    (
        "mechanism handshake failed",
        "Kafka does not take passwords in this way",
        "Set PRIORAUTH_KAFKA_MECHANISM to what the listener offers.",
    ),
    (
        "alert bad certificate",
        "Kafka wants a certificate of the client that it trusts",
        ("Set PRIORAUTH_KAFKA_CERTIFICATE_FILE and _KEY_FILE, or name the listener for passwords."),
    ),
    ("plaintext broker", "Kafka does not speak TLS on this port", _ADDRESS),
    ("ssl handshake failed", "TLS to Kafka cannot be set up", _ADDRESS),
)
"""What the client says, what it means, and what to do; the first that fits."""


def refusal(cluster: Cluster, patience: float = PATIENCE) -> Unavailable | None:
    """Why the cluster and this client refuse each other; None where they do not, and where no
    broker answers at all, which may be over in a moment. Takes `patience` seconds at most.

    Raises `Unavailable` for files that are no keys or certificates.
    """
    complaints: list[KafkaError] = []
    # Nothing of its own on the terminal: this is said again in words.
    silent: dict[str, Any] = {"log_level": 0, "error_cb": complaints.append}
    try:
        admin = AdminClient(cluster.librdkafka() | silent)
    except KafkaException as error:
        raise Unavailable(
            f"Kafka's client cannot use its settings ({error.args[0].str()}).",
            code="kafka_settings",
            remedy="Check the files that PRIORAUTH_KAFKA_* name: PEM, and keys without a password.",
        ) from error
    deadline = monotonic() + patience
    while monotonic() < deadline:
        try:
            admin.list_topics(timeout=LOOK)
        except KafkaException:
            # The reason comes on its own way, and only to those who ask.
            admin.poll(0)
        else:
            return None
        if refused := meaning([error.str() for error in complaints]):
            return refused
        if any(_unanswered(error) for error in complaints):
            return None
    return _closed() if complaints else None


def _unanswered(error: KafkaError) -> bool:
    """Whether nobody listens there, or nobody is called so."""
    code, text = error.code(), error.str()
    unknown = code == KafkaError._RESOLVE  # noqa: SLF001
    return unknown or " failed: Connection refused" in text


def _closed() -> Unavailable:
    """What is left where connections are made and closed again without a word."""
    return Unavailable(
        "Kafka closes every connection: it wants another protocol on this port.",
        code="kafka_refuses",
        remedy=_ADDRESS,
    )


def meaning(complaints: list[str]) -> Unavailable | None:
    """The first thing that was said which tells of a refusal, in words."""
    for word, what, remedy in WORDS:
        if any(word in text.lower() for text in complaints):
            return Unavailable(f"{what}.", code="kafka_refuses", remedy=remedy)
    return None
