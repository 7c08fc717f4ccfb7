"""Who a request or a command comes from, as its credentials proved it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EVERY_SENDER = "*"
"""Stands for all senders in a token of the local issuer; in another one it is a name like any."""


class Role(StrEnum):
    """What a principal is to the plan."""

    SUBMITTER = "submitter"
    NURSE = "nurse"
    PHYSICIAN = "physician"
    MEDICAL_DIRECTOR = "medical_director"
    AUDITOR = "auditor"
    OPERATIONS = "operations"
    SERVICE = "service"
    MEMBER_READER = "member_reader"
    PROVIDER_READER = "provider_reader"


@dataclass(frozen=True, slots=True)
class Principal:
    """A subject with its roles, and the senders that it may speak for; `local` where the issuer of
    an embedded stack vouches for it.
    """

    subject: str
    roles: frozenset[Role]
    senders: frozenset[str] = frozenset()
    local: bool = False

    @property
    def only_sender(self) -> str:
        """The sender of whoever speaks for one alone; else nothing."""
        (sender, *others) = sorted(self.senders) or ("",)
        return "" if others or sender == EVERY_SENDER else sender

    def speaks_for(self, sender: str) -> bool:
        """Whether a request of this sender may come from here."""
        return sender in self.senders or (self.local and EVERY_SENDER in self.senders)
