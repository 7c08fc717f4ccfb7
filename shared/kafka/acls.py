"""Access to Kafka as `acls.yaml` declares it, what a cluster has of it, and what it has besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from time import sleep
from typing import Any

import yaml
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from shared.clock import monotonic
from shared.errors import Unavailable
from shared.kafka.cluster import Cluster
from shared.kafka.topics import admin_of

PATIENCE, PAUSE = 10.0, 0.1
CLUSTER = "kafka-cluster"
"""Kafka's own name for the one resource of its kind."""
SECTIONS = {"topics": "topic", "groups": "group", "cluster": "cluster"}
OURS = {"topic": "pa.", "group": "priorauth-"}
"""How the names of what is this product's alone begin."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One right: an operation on a topic, a group or the cluster, for a principal (without
    Kafka's `User:`). A name that ends with a star stands for all that begin so.
    """

    principal: str
    kind: str
    name: str
    operation: str
    allowed: bool = True
    host: str = "*"

    def covers(self, kind: str, name: str) -> bool:
        """Whether it is about this topic or group."""
        prefix, star, _ = self.name.partition("*")
        return self.kind == kind and (name.startswith(prefix) if star else name == self.name)


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where a cluster's rights differ from their declaration: one is missing, or nobody declared
    it.
    """

    principal: str
    resource: str
    operation: str
    found: str


def principals() -> tuple[str, ...]:
    """Everybody who has a right."""
    return tuple(_manifest())


def declared() -> frozenset[Grant]:
    """The rights of `acls.yaml`."""
    return frozenset(
        Grant(principal, kind, name, operation)
        for principal, sections in _manifest().items()
        for kind, name, operations in _resources(sections)
        for operation in operations
    )


def _manifest() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        files("shared.kafka").joinpath("acls.yaml").read_text()
    )
    return content


def _resources(sections: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    for section, kind in SECTIONS.items():
        found = sections.get(section, {})
        named = {CLUSTER: found} if isinstance(found, list) else found
        yield from ((kind, name, operations) for name, operations in named.items())


def apply(cluster: Cluster) -> tuple[Deviation, ...]:
    """Grants what is declared and lacking, and waits until the brokers know of it; returns what
    that was. Takes nothing away.
    """
    with admin_of(cluster) as admin:
        missing = sorted(declared() - _actual(admin))
        if missing:
            done = admin.create_acls([_acl(grant) for grant in missing])
            if done["failed"]:
                raise Unavailable(
                    f"Kafka did not take {len(done['failed'])} of {len(missing)} rights "
                    f"({done['failed'][0].__name__}).",
                    code="acls",
                    remedy="Read the broker's log, then apply them again.",
                )
        _wait(admin, missing)
    return tuple(_deviation(grant, "missing") for grant in missing)


def _wait(admin: Any, granted: list[Grant]) -> None:
    """A broker takes rights down at once and applies them a moment later."""
    deadline = monotonic() + PATIENCE
    while not {*granted} <= _actual(admin) and monotonic() < deadline:
        sleep(PAUSE)


def remove(cluster: Cluster) -> tuple[Deviation, ...]:
    """Takes away what nobody declared of this product's topics, groups and principals; returns
    what that was. Rights over everything are others' as well and stay.
    """
    with admin_of(cluster) as admin:
        extra = [grant for grant in undeclared(_actual(admin)) if _is_ours(grant)]
        if extra:
            admin.delete_acls([_filter(grant) for grant in extra])
    return tuple(_deviation(grant, "not declared") for grant in extra)


def drift(cluster: Cluster) -> tuple[Deviation, ...]:
    """What is missing, and what there is besides."""
    with admin_of(cluster) as admin:
        actual = _actual(admin)
    return (
        *(_deviation(grant, "missing") for grant in sorted(declared() - actual)),
        *(_deviation(grant, "not declared") for grant in undeclared(actual)),
    )


def undeclared(actual: Iterable[Grant]) -> list[Grant]:
    """Those of a cluster's rights that nobody declared and that are about this product: its
    principals, its topics and groups, whatever pattern brings them in. Others' are none of ours.
    """
    known = declared()
    names = {
        (grant.kind, grant.name)
        for grant in known
        if grant.kind in OURS and not grant.name.endswith("*")
    }
    people = {*principals()}
    return sorted(
        grant
        for grant in {*actual} - known
        if grant.principal in people
        or any(grant.covers(kind, name) for kind, name in names)
        or _is_ours(grant)
    )


def _is_ours(grant: Grant) -> bool:
    ours = OURS.get(grant.kind)
    return grant.principal in principals() or (ours is not None and grant.name.startswith(ours))


def _actual(admin: Any) -> set[Grant]:
    everything = ACLFilter(
        None,
        None,
        ACLOperation.ANY,
        ACLPermissionType.ANY,
        ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
    )
    found, _ = admin.describe_acls(everything)
    return {_grant(acl) for acl in found}


def _grant(acl: ACL) -> Grant:
    pattern = acl.resource_pattern
    prefixed = pattern.pattern_type == ACLResourcePatternType.PREFIXED
    return Grant(
        acl.principal.removeprefix("User:"),
        pattern.resource_type.name.lower(),
        # A lone star is literal to Kafka, and stands for all that there is.
        pattern.resource_name + ("*" if prefixed else ""),
        acl.operation.name.lower(),
        acl.permission_type == ACLPermissionType.ALLOW,
        acl.host,
    )


def _pattern(grant: Grant) -> ResourcePattern:
    prefixed = grant.name.endswith("*") and grant.name != "*"
    return ResourcePattern(
        ResourceType[grant.kind.upper()],
        grant.name.removesuffix("*") if prefixed else grant.name,
        ACLResourcePatternType.PREFIXED if prefixed else ACLResourcePatternType.LITERAL,
    )


def _acl(grant: Grant) -> ACL:
    return ACL(**_whose(grant), resource_pattern=_pattern(grant))


def _filter(grant: Grant) -> ACLFilter:
    """One that fits this right alone."""
    pattern = _pattern(grant)
    return ACLFilter(
        **_whose(grant),
        resource_pattern=ResourcePatternFilter(
            pattern.resource_type, pattern.resource_name, pattern.pattern_type
        ),
    )


def _whose(grant: Grant) -> dict[str, Any]:
    return {
        "principal": f"User:{grant.principal}",
        "host": grant.host,
        "operation": ACLOperation[grant.operation.upper()],
        "permission_type": ACLPermissionType.ALLOW if grant.allowed else ACLPermissionType.DENY,
    }


def _deviation(grant: Grant, found: str) -> Deviation:
    denied = "" if grant.allowed else "deny "
    return Deviation(
        grant.principal, f"{grant.kind} {grant.name}", f"{denied}{grant.operation}", found
    )
