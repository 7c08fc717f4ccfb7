"""Where Kafka is and how a client proves who it is: one value, and the settings that each client
library makes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shared.access.password_files import password, private, readable
from shared.errors import Impossible

PROTOCOLS = ("plaintext", "ssl", "sasl_ssl")
MECHANISMS = ("SCRAM-SHA-512", "SCRAM-SHA-256")
PREFIX = "PRIORAUTH_KAFKA_"
Read = Callable[[str, str], str]
"""(name of a setting, its default) -> its text."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Kafka cluster as one principal reaches it.

    `protocol` is `plaintext` (a machine or a network of one's own), `ssl` (with a certificate of
    the client's, or as nobody) or `sasl_ssl` (a password, by SCRAM). Files are PEM; without a
    `ca_file` the system's authorities are trusted. A server's name is always checked.
    """

    address: str
    protocol: str = "plaintext"
    mechanism: str = MECHANISMS[0]
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def secured(self) -> bool:
        """Whether the server has to prove who it is."""
        return self.protocol != "plaintext"

    def librdkafka(self) -> dict[str, Any]:
        """For confluent-kafka's clients, and FastStream's broker with the address taken out."""
        return {"bootstrap.servers": self.address} | self.librdkafka_security()

    def librdkafka_security(self) -> dict[str, Any]:
        """Without the address, which FastStream wants on its own.

        Its own `security` objects know neither a CA nor a client's certificate, and what is given
        as `config` comes after them.
        """
        named = {
            "security.protocol": self.protocol if self.secured else "",
            "ssl.ca.location": self.ca_file,
            "ssl.certificate.location": self.certificate_file,
            "ssl.key.location": self.key_file,
            "sasl.mechanism": self.mechanism if self.user else "",
            "sasl.username": self.user,
            "sasl.password": self.password,
        }
        # A certificate that was issued for another server is none.
        checked = {"ssl.endpoint.identification.algorithm": "https"} if self.secured else {}
        return {name: text for name, text in named.items() if text} | checked

    def kafka_python(self) -> dict[str, Any]:
        """For kafka-python's clients."""
        servers = [part.strip() for part in self.address.split(",")]
        if not self.secured:
            return {"bootstrap_servers": servers}
        return {
            "bootstrap_servers": servers,
            "security_protocol": self.protocol.upper(),
            "ssl_check_hostname": True,
            "ssl_cafile": self.ca_file or None,
            "ssl_certfile": self.certificate_file or None,
            "ssl_keyfile": self.key_file or None,
            "sasl_mechanism": self.mechanism if self.user else None,
            "sasl_plain_username": self.user or None,
            "sasl_plain_password": self.password or None,
        }


def cluster_of(address: str, read: Read) -> Cluster:
    """The cluster at an address, by the settings `PRIORAUTH_KAFKA_*`. Raises `Impossible` for one
    that is missing, that cannot be meant, or that would be ignored.
    """

    def text(name: str, default: str = "") -> str:
        return read(PREFIX + name, default)

    protocol = _one_of("PROTOCOL", text("PROTOCOL", PROTOCOLS[0]).lower(), PROTOCOLS)
    if protocol == "plaintext":
        _none_of(text, "CA_FILE", "CERTIFICATE_FILE", "KEY_FILE", "USER", "PASSWORD_FILE")
        return Cluster(address)
    authority = text("CA_FILE")
    certificate, key = _both(text, "CERTIFICATE_FILE", "KEY_FILE")
    known = Cluster(
        address,
        protocol,
        ca_file=readable(authority, f"{PREFIX}CA_FILE") if authority else "",
        certificate_file=readable(certificate, f"{PREFIX}CERTIFICATE_FILE") if certificate else "",
        key_file=private(key, f"{PREFIX}KEY_FILE") if key else "",
    )
    return known if protocol == "ssl" else _with_password(known, text)


def _with_password(cluster: Cluster, text: Callable[..., str]) -> Cluster:
    user, file = _both(text, "USER", "PASSWORD_FILE")
    if not user:
        raise Impossible(
            f"{PREFIX}PROTOCOL is sasl_ssl, but no {PREFIX}USER is set.",
            code="setting",
            remedy=f"Set it and {PREFIX}PASSWORD_FILE.",
        )
    mechanism = _one_of("MECHANISM", text("MECHANISM", MECHANISMS[0]).upper(), MECHANISMS)
    return Cluster(
        cluster.address,
        cluster.protocol,
        mechanism,
        cluster.ca_file,
        cluster.certificate_file,
        cluster.key_file,
        user,
        password(file, f"{PREFIX}PASSWORD_FILE"),
    )


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise Impossible(
            f"{PREFIX}{name} is none of {', '.join(known)}.",
            code="setting",
            remedy="A password without TLS, or one that is sent as it is, is not supported.",
        )
    return text


def _both(text: Callable[..., str], first: str, second: str) -> tuple[str, str]:
    one, other = text(first), text(second)
    if bool(one) != bool(other):
        lacking = second if one else first
        raise Impossible(
            f"{PREFIX}{first} and {PREFIX}{second} belong together.",
            code="setting",
            remedy=f"Set {PREFIX}{lacking} too, or neither.",
        )
    return one, other


def _none_of(text: Callable[..., str], *names: str) -> None:
    """What somebody set must never be left out without a word: they think the line is secured."""
    for name in names:
        if text(name):
            raise Impossible(
                f"{PREFIX}{name} is set, but {PREFIX}PROTOCOL is plaintext.",
                code="setting",
                remedy=f"Set {PREFIX}PROTOCOL to sasl_ssl or ssl, or unset {PREFIX}{name}.",
            )
