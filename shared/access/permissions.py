"""Who may do what: one table of role, action and relation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml

from shared.access.actions import Action, Relation
from shared.access.principal import Principal, Role

Grants = Mapping[Action, Mapping[Role, Relation]]


@dataclass(frozen=True, slots=True)
class Permissions:
    """The table as data: what each role may do to which cases, and the role that each scope of a
    FHIR client stands for.
    """

    grants: Grants
    scopes: Mapping[str, Role]


def _read(text: str) -> Permissions:
    content = yaml.safe_load(text)
    return Permissions(
        {
            Action(action): {Role(role): Relation(to) for role, to in granted.items()}
            for action, granted in content["actions"].items()
        },
        {scope: Role(role) for scope, role in content["scopes"].items()},
    )


PERMISSIONS = _read(files("shared.access").joinpath("permissions.yaml").read_text("utf-8"))


def may(principal: Principal, action: Action, relation: Relation) -> bool:
    """Whether a principal may do something to what it stands in this relation to."""
    granted = PERMISSIONS.grants.get(action, {})
    return any(granted.get(role) in (Relation.ANY, relation) for role in principal.roles)


def may_somewhere(principal: Principal, action: Action) -> bool:
    """Whether there is anything at all that a principal may do this to."""
    return any(may(principal, action, relation) for relation in Relation)


def relation_to(principal: Principal, sender: str) -> Relation:
    """How a principal stands to what this sender sent."""
    return Relation.OWN if principal.speaks_for(sender) else Relation.ANY
