"""Intake's reference data: the table of clock rules, the keys that senders sign with, and the
payer's records of plans and providers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from services.intake.clocks.reference import KINDS as CLOCK_KINDS
from services.intake.clocks.reference import clock_reference, packaged
from services.intake.clocks.rules import RuleTable
from services.intake.reading import plans
from services.intake.reading.plans import PayerRecords, payer_records
from services.intake.reading.signatures import SENDER_KEYS, SenderKeys, sender_keys
from shared.lanes.state.reference import ReferenceItem

__all__ = ["KINDS", "IntakeReference", "intake_reference", "packaged"]
KINDS = CLOCK_KINDS | {SENDER_KEYS} | plans.KINDS


@dataclass(frozen=True, slots=True)
class IntakeReference:
    """The clock rules, the senders' keys and the payer's records in force, and the items that they
    were read from.
    """

    rules: RuleTable
    senders: SenderKeys
    records: PayerRecords
    items: tuple[ReferenceItem, ...]


@lru_cache(8)
def intake_reference(items: tuple[ReferenceItem, ...]) -> IntakeReference:
    """What a set of items says; raises `Malformed` where one of them cannot be read."""
    return IntakeReference(
        clock_reference(items).rules, sender_keys(items), payer_records(items), items
    )
