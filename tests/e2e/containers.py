"""Real Kafka, PostgreSQL and the four services in containers, each published on 127.0.0.1 alone."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import (
    ExecWaitStrategy,
    HttpWaitStrategy,
    LogMessageWaitStrategy,
)

from cli.services.credentials import vouch
from shared.access.local_issuer import LOCAL, READABLE, LocalIssuer, local_issuer
from tests.patience import PATIENCE

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PORTS = {"intake": 8080, "criteria": 8081, "letters": 8082, "audit": 8083}
SUPERUSER = "postgres"
JWKS = "/run/access/jwks.json"


class KafkaContainer(DockerContainer):
    """One Kafka broker under the official image's environment: `kafka:19092` inside the network, a
    free port outside.
    """

    def __init__(self, network: Network) -> None:
        super().__init__(
            os.environ.get("KAFKA_IMAGE", "apache/kafka:4.3.1"),
            network=network,
            network_aliases=["kafka"],
        )
        self.port = _free_port()
        self.with_bind_ports(9092, self.port)
        self.with_envs(
            CLUSTER_ID="5L6g3nShT-eMCtK--X86sw",
            KAFKA_HEAP_OPTS="-Xms384m -Xmx384m",
            KAFKA_NODE_ID="1",
            KAFKA_PROCESS_ROLES="broker,controller",
            KAFKA_LISTENERS="INTERNAL://0.0.0.0:19092,OUTSIDE://0.0.0.0:9092,"
            "CONTROLLER://localhost:9093",
            KAFKA_ADVERTISED_LISTENERS=f"INTERNAL://kafka:19092,OUTSIDE://127.0.0.1:{self.port}",
            KAFKA_LISTENER_SECURITY_PROTOCOL_MAP="INTERNAL:PLAINTEXT,OUTSIDE:PLAINTEXT,"
            "CONTROLLER:PLAINTEXT",
            KAFKA_INTER_BROKER_LISTENER_NAME="INTERNAL",
            KAFKA_CONTROLLER_LISTENER_NAMES="CONTROLLER",
            KAFKA_CONTROLLER_QUORUM_VOTERS="1@localhost:9093",
            KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR="1",
            KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS="4",
            KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR="1",
            KAFKA_TRANSACTION_STATE_LOG_MIN_ISR="1",
            KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS="0",
            KAFKA_AUTO_CREATE_TOPICS_ENABLE="false",
            KAFKA_MESSAGE_MAX_BYTES="11534336",
        )
        self.waiting_for(LogMessageWaitStrategy("Kafka Server started").with_poll_interval(0.2))


class PostgresContainer(DockerContainer):
    """PostgreSQL with the settings and the init script that compose uses: a database and a role per
    service.
    """

    def __init__(self, network: Network) -> None:
        super().__init__(
            os.environ.get("POSTGRES_IMAGE", "postgres:17"),
            network=network,
            network_aliases=["postgres"],
        )
        self.with_exposed_ports(5432).with_env("POSTGRES_PASSWORD", SUPERUSER)
        self.with_copy_into_container(
            DEPLOY / "postgres/postgresql.conf", "/etc/postgresql/postgresql.conf"
        )
        self.with_copy_into_container(
            DEPLOY / "postgres/init.sh", "/docker-entrypoint-initdb.d/10-services.sh", 0o755
        )
        self.with_command(
            [
                "postgres",
                "-c",
                "config_file=/etc/postgresql/postgresql.conf",
                "-c",
                "listen_addresses=*",
            ]
        )
        self.waiting_for(
            ExecWaitStrategy(["pg_isready", "--quiet", "--host", "127.0.0.1"]).with_poll_interval(
                0.2
            )
        )

    def url(self, role: str) -> str:
        """The database of a service (or of the superuser) as the host reaches it."""
        return f"postgresql://{role}:{role}@127.0.0.1:{self.get_exposed_port(5432)}/{role}"


class ProjectContainer(DockerContainer):
    """Our own image, pointed at the broker of its network."""

    def __init__(self, network: Network, *command: str) -> None:
        super().__init__(os.environ.get("PRIORAUTH_IMAGE", "priorauth:dev"), network=network)
        self.with_command(["python", "-m", *command]).with_env("PRIORAUTH_BROKER", "kafka:19092")
        self.with_env("PRIORAUTH_KEYS", "/keys")


class ServiceContainer(ProjectContainer):
    """One of the four services on its own database."""

    def __init__(self, network: Network, service: str, issuer: LocalIssuer) -> None:
        super().__init__(network, f"services.{service}")
        port = PORTS[service]
        self.port = _free_port()
        self.with_volume_mapping(key_volume(network, service), f"/keys/{service}", "ro")
        self.with_network_aliases(service).with_bind_ports(port, self.port)
        self.with_envs(
            PRIORAUTH_DATABASE_URL=f"postgresql://{service}:{service}@postgres:5432/{service}",
            PRIORAUTH_HTTP_HOST="0.0.0.0",  # noqa: S104 - inside its container only
            PRIORAUTH_HTTP_PORT=str(port),
            PRIORAUTH_INSTANCE=f"{service}-0",
            PRIORAUTH_TOKENS_ISSUER=LOCAL.issuer,
            PRIORAUTH_TOKENS_AUDIENCE=LOCAL.audience,
            PRIORAUTH_TOKENS_JWKS=JWKS,
        )
        issuer.establish()
        self.with_copy_into_container(issuer.jwks, JWKS, READABLE)
        self._ready = (
            HttpWaitStrategy(port, "/readyz")
            .for_status_code(200)
            .with_poll_interval(0.2)
            .with_startup_timeout(int(PATIENCE))
        )

    def wait_until_ready(self) -> None:
        """Return when `/readyz` answers 200, after a start or a restart; its log explains why it
        does not.
        """
        try:
            self._ready.wait_until_ready(self)
        except TimeoutError as late:
            late.add_note(self.get_wrapped_container().logs(tail=200).decode())
            raise

    @property
    def url(self) -> str:
        """The service's address on the host: the same port after a restart."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Backing:
    """A broker with its topics not yet made, and an empty database per service."""

    network: Network
    kafka: KafkaContainer
    postgres: PostgresContainer

    @property
    def broker(self) -> str:
        """The broker as the host reaches it."""
        return f"127.0.0.1:{self.kafka.port}"

    @property
    def databases(self) -> dict[str, str]:
        """Each service's database as the host reaches it."""
        return {service: self.postgres.url(service) for service in PORTS}


@dataclass(frozen=True, slots=True)
class Stack:
    """The whole system; tests may pause, kill and start its containers."""

    backing: Backing
    services: dict[str, ServiceContainer]
    state: Path

    @property
    def urls(self) -> dict[str, str]:
        """Each service's HTTP address on the host."""
        return {name: container.url for name, container in self.services.items()}


@contextmanager
def backing() -> Iterator[Backing]:
    """Kafka and PostgreSQL on a network of their own, removed at the end."""
    with ExitStack() as stack:
        network = stack.enter_context(_local_network())
        yield Backing(
            network,
            stack.enter_context(KafkaContainer(network)),
            stack.enter_context(PostgresContainer(network)),
        )


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Broker, database, topics and the four ready services, removed at the end."""
    with backing() as base, ExitStack() as stack:
        stack.enter_context(keys(base.network))
        apply_topics(base)
        migrate(base)
        state = Path(stack.enter_context(TemporaryDirectory()))
        services = {
            name: stack.enter_context(ServiceContainer(base.network, name, local_issuer(state)))
            for name in PORTS
        }
        for service in services.values():
            service.wait_until_ready()
            vouch(service.url, state)
        running = Stack(base, services, state)
        (state / "run.json").write_text(json.dumps({"urls": running.urls}))
        yield running


def key_volume(network: Network, service: str) -> str:
    """The volume of a service's keys."""
    return f"{network.name}-{service}-keys"


@contextmanager
def keys(network: Network) -> Iterator[None]:
    """The keys of all services, made as compose makes them, in volumes that are removed at the
    end.
    """
    volumes = {service: key_volume(network, service) for service in PORTS}
    container = ProjectContainer(network, "cli.main", "keys", "make", "/keys")
    for service, volume in volumes.items():
        container.with_volume_mapping(volume, f"/keys/{service}", "rw")
    try:
        with container:
            if container.wait() != 0:
                raise RuntimeError(b"\n".join(container.get_logs()).decode())
        yield
    finally:
        for volume in volumes.values():
            DockerClient().client.volumes.get(volume).remove(force=True)


def apply_topics(base: Backing) -> None:
    """Create every topic of the system on the broker, as compose does."""
    _done(ProjectContainer(base.network, "cli.main", "topics", "apply"))


def migrate(base: Backing) -> None:
    """Make every service's tables as their owner, as compose does."""
    _done(
        ProjectContainer(base.network, "cli.main", "migrate").with_env(
            "PRIORAUTH_DATABASE_URL", "postgresql://owner:owner@postgres:5432/{service}"
        )
    )


def _done(job: DockerContainer) -> None:
    with job as container:
        if container.wait() != 0:
            raise RuntimeError(b"\n".join(container.get_logs()).decode())


@contextmanager
def _local_network() -> Iterator[Network]:
    options = {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"}
    network = Network(docker_network_kw={"driver": "bridge", "options": options})
    with network:
        yield network
    network._docker.client.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
