"""Makes what a secured system for trying out needs, once: an authority of its own, certificates for
Kafka and PostgreSQL, a password for everybody. `python make_secrets.py FOLDER [HOST...]`.

What is there already stays. Each process gets its own folder of `FOLDER` and sees no other's; the
authority's key stays in `FOLDER/authority`. In production the organisation's own authority and
secret store give these files; only their names and places matter.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SERVICES = ("intake", "criteria", "letters", "audit")
OUTSIDERS = ("submitter", "reviewer", "publisher", "operations", "topics")
DAYS = 90
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


class Authority:
    """Issues certificates; its key and certificate are kept in a folder."""

    def __init__(self, folder: Path) -> None:
        key_file, self._certificate_file = folder / "ca.key", folder / "ca.crt"
        if not self._certificate_file.exists():
            self._key = ec.generate_private_key(ec.SECP256R1())
            name = _name("priorauth local authority")
            made = _certificate(name, name, self._key.public_key()).add_extension(
                x509.BasicConstraints(ca=True, path_length=0), critical=True
            )
            write(key_file, _pem(self._key))
            write(self._certificate_file, _text(made.sign(self._key, hashes.SHA256())), 0o644)
        loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            sys.exit(f"{key_file} is no key of this authority")
        self._key = loaded
        self.text = self._certificate_file.read_text()
        self._subject = x509.load_pem_x509_certificate(self.text.encode()).subject

    def issue(
        self, common: str, hosts: tuple[str, ...], uses: tuple[x509.ObjectIdentifier, ...]
    ) -> tuple[str, str]:
        """A certificate for a name and these hosts, and its key, both PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_name(common), self._subject, key.public_key()).add_extension(
            x509.ExtendedKeyUsage(uses), critical=False
        )
        if hosts:
            made = made.add_extension(
                x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False
            )
        return _text(made.sign(self._key, hashes.SHA256())), _pem(key)


def main() -> None:
    """Makes what is missing in the folder."""
    os.umask(0o077)
    folder, hosts = Path(sys.argv[1]), tuple(sys.argv[2:]) or ("localhost", "127.0.0.1")
    authority = Authority(folder / "authority")
    for name in ("kafka", "postgres", "admin", "owner", *SERVICES, *OUTSIDERS):
        write(folder / name / "ca.crt", authority.text, 0o644)
    _servers(folder, authority, hosts)
    for name in (*SERVICES, *OUTSIDERS):
        password(folder / name / "kafka.password")
    for name in (*SERVICES, "owner"):
        password(folder / name / "database.password")
        # The server is told them all when it makes the roles.
        write(
            folder / "postgres" / f"{name}.password",
            (folder / name / "database.password").read_text(),
        )
    password(folder / "postgres" / "postgres.password")
    for name in (*SERVICES, *OUTSIDERS):
        # Who sets the passwords on the brokers needs them.
        write(
            folder / "admin" / "users" / name / "kafka.password",
            (folder / name / "kafka.password").read_text(),
        )


def _servers(folder: Path, authority: Authority, hosts: tuple[str, ...]) -> None:
    kafka, postgres, admin = folder / "kafka", folder / "postgres", folder / "admin"
    if not (kafka / "server.pem").exists():
        certificate, key = authority.issue("kafka", ("kafka", *hosts), (SERVER, CLIENT))
        write(kafka / "server.pem", key + certificate)
    if not (postgres / "server.key").exists():
        certificate, key = authority.issue("postgres", ("postgres", *hosts), (SERVER,))
        write(postgres / "server.crt", certificate, 0o644)
        write(postgres / "server.key", key)
    if not (admin / "kafka.key").exists():
        certificate, key = authority.issue("admin", (), (CLIENT,))
        write(admin / "kafka.crt", certificate, 0o644)
        write(admin / "kafka.key", key)


def password(file: Path) -> None:
    """A new password in a file that is not there yet."""
    if not file.exists():
        write(file, secrets.token_urlsafe(32) + "\n")


def write(file: Path, content: str, mode: int = 0o600) -> None:
    """Writes a file whole or not at all; nobody else can read it even for a moment."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(content)
    part.chmod(mode)
    part.replace(file)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Clocks of two machines are never the same.
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS))
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


if __name__ == "__main__":
    main()
