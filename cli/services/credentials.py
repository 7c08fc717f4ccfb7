"""What the commands show a service of who asks: the token of `PRIORAUTH_TOKEN` or
`PRIORAUTH_TOKEN_FILE`, else one that the local issuer makes for the role that a command needs.
"""

from __future__ import annotations

from getpass import getuser
from pathlib import Path
from urllib.parse import urlsplit

from cli.services.addresses import COMPOSE_PORTS, run_file
from shared.access.local_issuer import LocalIssuer, local_issuer
from shared.access.principal import Role
from shared.clock import SystemClock
from shared.errors import Unavailable
from shared.settings import Settings, load

COMPOSE_STATE = Path(".priorauth-compose")
"""Where docker-compose.yml keeps its local issuer; the embedded stack's is in its state folder."""
FRESH_SECONDS = 300.0
"""A token is used again for so long, a third of its life."""

_vouched: dict[str, LocalIssuer] = {}
_speaking: list[str] = []
_kept: dict[tuple[Path, Role], tuple[float, str]] = {}


def vouch(url: str, state: Path) -> None:
    """From now on the service at an address is sent tokens of the issuer in a state folder: that of
    a stack which this process has started.
    """
    issuer = _vouched[urlsplit(url).netloc] = local_issuer(state)
    for role in Role:
        # Of a stack that kept everything there before this one.
        _kept.pop((issuer.jwks.absolute(), role), None)


def speak_as(subject: str) -> None:
    """From now on the local issuer's tokens name this subject, for instance a clinician of the
    registry, in place of whoever is at this machine.
    """
    _speaking.append(subject)
    _kept.clear()


def bearer(url: str, role: Role) -> str:
    """The token for a request to this address; empty where there is none."""
    settings = load()
    if settings.tokens.bearer or settings.tokens.bearer_file:
        return _given(settings)
    issuer = next((one for one in _issuers(urlsplit(url).netloc, settings) if one.exists), None)
    return "" if issuer is None else _minted(issuer, role)


def _issuers(address: str, settings: Settings) -> tuple[LocalIssuer, ...]:
    """The issuers that may be trusted there, the likeliest first."""
    if address in _vouched:
        return (_vouched[address],)
    embedded, composed = local_issuer(settings.state), local_issuer(COMPOSE_STATE)
    # A service of the state folder's stack that was started again has a port that its run file does
    # not know: while that stack runs, what is not at a port of compose's is its own.
    at_compose = address.rpartition(":")[2] in {str(port) for port in COMPOSE_PORTS.values()}
    runs = bool(run_file(settings.state)) and not at_compose
    return (embedded, composed) if runs else (composed, embedded)


def _given(settings: Settings) -> str:
    if settings.tokens.bearer:
        return settings.tokens.bearer.strip()
    try:
        return Path(settings.tokens.bearer_file).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(
            "The file of PRIORAUTH_TOKEN_FILE cannot be read.",
            code="token_file",
            remedy="Name a file that holds a token and nothing else.",
        ) from error


def _minted(issuer: LocalIssuer, role: Role) -> str:
    clock = SystemClock()
    name = issuer.jwks.absolute(), role
    until, token = _kept.get(name, (0.0, ""))
    if clock.monotonic() >= until:
        token = issuer.token(_user(), frozenset({role}), clock)
        _kept[name] = clock.monotonic() + FRESH_SECONDS, token
    return token


def _user() -> str:
    """Who is at this machine, by the name that it has for them."""
    if _speaking:
        return _speaking[-1]
    try:
        return getuser()
    except (KeyError, OSError):
        return "local"
