"""Every setting of a process; the defaults run on one machine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from shared.access.database_address import database_address
from shared.access.service_keys import ServiceKeys
from shared.errors import Impossible
from shared.json_bounds import MAX_VALUE
from shared.kafka.cluster import Cluster, cluster_of
from shared.settings.environment import fitting, level, names, switch, text, whole, word
from shared.settings.forms import (
    BROKER_FORM,
    DATABASE_FORM,
    HTTP_FORM,
    JWKS_FORM,
    MOST_PORT,
    is_broker,
    is_database,
    is_http,
    is_jwks,
)

SERVICES = ("intake", "criteria", "letters", "audit")
DEFAULT_BROKER = "127.0.0.1:9092"
HELD = "~/.local/state/priorauth/held"
MAX_NATIVE_BYTES = 1024 * 1024
REQUESTS_PER_SECOND = 300
SEALS = ("accept", "require")
MOST_SHIFT = 24 * 3_660
"""Hours: ten years."""
SUBMISSIONS = ("trusted", "signed")


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Whose tokens a service takes: the issuer, the audience they are for, where its keys are (a
    file or an address), and where clients get tokens. A tool sends `bearer`, or what is in
    `bearer_file`.
    """

    issuer: str = ""
    audience: str = ""
    jwks: str = ""
    endpoint: str = ""
    bearer: str = field(default="", repr=False)
    bearer_file: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a process finds its broker, its store and its folder, and how it names itself.

    Tools find services at `urls`, topics get `replication` copies; `http_names` are the names that
    a service is reached by. `keys` are empty until they are read from `key_folder`. `clinicians` is
    the registry of those who may decide; `require_seals` says whether events need their producers'
    seals, `signed_submissions` whether submissions on Kafka need their senders' signatures;
    `requests_per_second` is what one principal may ask of a process; `ahead` is by how much the
    clock that decisions are made by is ahead of the machine's, which is nothing but embedded.
    """

    broker: str
    database_url: str = field(repr=False)
    state: Path
    http_host: str
    http_port: int
    instance: str
    keys: ServiceKeys
    embedded: bool
    log_level: str
    batch_records: int
    render: bool
    replication: int = 1
    max_native_bytes: int = MAX_NATIVE_BYTES
    urls: dict[str, str] = field(default_factory=dict)
    clinicians: str = ""
    http_names: tuple[str, ...] = ()
    tokens: TokenSettings = TokenSettings()
    key_folder: Path = Path()
    held: Path = Path()
    require_seals: bool = True
    signed_submissions: bool = False
    requests_per_second: int = REQUESTS_PER_SECOND
    ahead: timedelta = field(default_factory=timedelta)
    kafka: Cluster = field(default_factory=partial(Cluster, DEFAULT_BROKER))

    @property
    def cluster(self) -> Cluster:
        """The broker, and how this process proves to it who it is."""
        return replace(self.kafka, address=self.broker)


def load(service: str = "") -> Settings:
    """The settings of a service's process (or of a tool's, without a service) from `PRIORAUTH_*`.

    `DATABASE_URL` is `sqlite:///...` or `postgresql://...`; without it each service has a SQLite
    file in `STATE`.
    """
    state = Path(text("PRIORAUTH_STATE", ".priorauth"))
    broker = fitting("PRIORAUTH_BROKER", DEFAULT_BROKER, is_broker, BROKER_FORM)
    return Settings(
        broker=broker,
        kafka=cluster_of(broker, text),
        database_url=database_address(
            fitting(
                "PRIORAUTH_DATABASE_URL",
                f"sqlite:///{state}/{service or 'tool'}.sqlite",
                is_database,
                DATABASE_FORM,
            ),
            text,
        ),
        state=state,
        http_host=text("PRIORAUTH_HTTP_HOST", "127.0.0.1"),
        http_port=whole("PRIORAUTH_HTTP_PORT", 0, least=0, most=MOST_PORT),
        instance=text("PRIORAUTH_INSTANCE", f"{service}-0"),
        keys=ServiceKeys(),
        embedded=switch("PRIORAUTH_EMBEDDED", "0"),
        log_level=level(text("PRIORAUTH_LOG_LEVEL", "info")),
        batch_records=whole("PRIORAUTH_BATCH_RECORDS", 2_000),
        render=switch("PRIORAUTH_RENDER", "1"),
        replication=whole("PRIORAUTH_REPLICATION", 1, most=32_767),
        max_native_bytes=whole(
            "PRIORAUTH_MAX_NATIVE_BYTES", MAX_NATIVE_BYTES, least=1_000, most=MAX_VALUE
        ),
        requests_per_second=whole("PRIORAUTH_REQUESTS_PER_SECOND", REQUESTS_PER_SECOND),
        ahead=_ahead(),
        clinicians=text("PRIORAUTH_CLINICIANS", ""),
        urls=_urls(),
        http_names=names("PRIORAUTH_HTTP_NAMES"),
        tokens=_tokens(),
        key_folder=Path(text("PRIORAUTH_KEYS", str(state / "keys"))),
        held=Path(text("PRIORAUTH_HELD", HELD)).expanduser(),
        require_seals=word("PRIORAUTH_SEALS", "require", SEALS) == "require",
        signed_submissions=word("PRIORAUTH_SUBMISSIONS", "trusted", SUBMISSIONS) == "signed",
    )


def _ahead() -> timedelta:
    """How far the clock of an embedded service is ahead; raises `Impossible` elsewhere."""
    hours = whole("PRIORAUTH_CLOCK_SHIFT", 0, least=0, most=MOST_SHIFT)
    if hours and not switch("PRIORAUTH_EMBEDDED", "0"):
        raise Impossible(
            "PRIORAUTH_CLOCK_SHIFT is for the embedded stack alone.",
            code="setting",
            remedy="Unset it: what is decided here goes by the machine's clock.",
        )
    return timedelta(hours=hours)


def _urls() -> dict[str, str]:
    """The services' addresses that are set."""
    found = {
        service: fitting(f"PRIORAUTH_{service.upper()}_URL", "", is_http, HTTP_FORM)
        for service in SERVICES
    }
    return {service: url for service, url in found.items() if url}


def _tokens() -> TokenSettings:
    return TokenSettings(
        text("PRIORAUTH_TOKENS_ISSUER", ""),
        text("PRIORAUTH_TOKENS_AUDIENCE", ""),
        fitting("PRIORAUTH_TOKENS_JWKS", "", is_jwks, JWKS_FORM),
        fitting("PRIORAUTH_TOKENS_ENDPOINT", "", is_http, HTTP_FORM),
        text("PRIORAUTH_TOKEN", ""),
        text("PRIORAUTH_TOKEN_FILE", ""),
    )
