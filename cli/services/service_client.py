"""A case gathered from the services that each know a part of it: status and clock, criteria and
evidence, letters, history.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlencode

from cli.services import web
from cli.services.addresses import url_of
from shared.access.principal import Role
from shared.clock import monotonic
from shared.settings import SERVICES, Settings

Json = dict[str, Any]
LINE = ("sequence", "segment", "determination", "authorization_number")


@dataclass(frozen=True, slots=True)
class ServiceClient:
    """Reads cases through the services' HTTP; `urls` are their addresses."""

    urls: dict[str, str]

    def case(self, case_id: str) -> Json:
        """The case as intake knows it; refused with `unknown_case` when there is none."""
        found: Json = web.get(f"{self.urls['intake']}/v1/cases/{case_id}", Role.NURSE)
        return found

    def evaluation(self, case_id: str) -> Json | None:
        """The newest evaluation with its criteria trees, or none yet."""
        found: Json | None = web.get_if_there(
            f"{self.urls['criteria']}/v1/cases/{case_id}/evaluation", Role.NURSE
        )
        return found

    def letters(self, case_id: str) -> list[Json]:
        """The letters of the case; their `sha256` is null until they are rendered."""
        found: list[Json] = web.get(
            f"{self.urls['letters']}/v1/cases/{case_id}/letters", Role.NURSE
        )
        return found

    def document(self, letter_id: str, form: str) -> bytes:
        """A letter's document, which the audit log hears of."""
        return web.download(f"{self.urls['letters']}/v1/letters/{letter_id}.{form}", Role.NURSE)

    def timeline(self, case_id: str) -> list[Json]:
        """The events of the case as the audit log has them; empty before the first."""
        found: list[Json] = (
            web.get_if_there(f"{self.urls['audit']}/v1/cases/{case_id}/timeline", Role.AUDITOR)
            or []
        )
        return found

    def accesses(self, case_id: str) -> list[Json]:
        """Who looked at the case, as the audit log has it."""
        found: list[Json] = web.get(
            f"{self.urls['audit']}/v1/cases/{case_id}/accesses", Role.AUDITOR
        )
        return found

    def checkpoint(self) -> str | None:
        """The audit log's newest checkpoint, a signed note, if it has one."""
        log: Json = web.get(f"{self.urls['audit']}/v1/log", Role.AUDITOR)
        return None if log["checkpoint"] is None else str(log["checkpoint"]["note"])

    def verified(self, held: str | None = None) -> Json:
        """The audit log's verification (`consistent`, `verified`, `problems` and counts), compared
        with a checkpoint that was held since an earlier time.
        """
        query = "" if held is None else "?" + urlencode({"held": held})
        found: Json = web.get(f"{self.urls['audit']}/v1/verify{query}", Role.AUDITOR)
        return found

    def verified_when_signed(self, held: str | None = None, patience: float = 6.0) -> Json:
        """The verification once a signed checkpoint covers every event, which audit makes when the
        log is quiet; as it is after `patience` seconds.
        """
        deadline = monotonic() + patience
        while (
            (found := self.verified(held))["consistent"]
            and found["sealed"] < found["events"]
            and monotonic() < deadline
        ):
            sleep(0.2)
        return found


def desk(settings: Settings, intake: str | None = None) -> ServiceClient:
    """The services as the settings name them."""
    return ServiceClient(
        {name: url_of(name, settings, intake if name == "intake" else None) for name in SERVICES}
    )


def summary(
    name: str, case: Json, evaluation: Json | None, letters: list[Json], documents: Path | None
) -> Json:
    """A case in one piece: determination per line, clock and rule, advisories, questions, scores,
    citations, letters.
    """
    found = evaluation or {}
    return {
        "name": name,
        "case_id": case["case_id"],
        "urgency": case["urgency"],
        "due_at": case["clock"]["due_at"],
        "rule": case["clock"]["rule"],
        "clocks": case.get("clocks", ()),
        **_only(case, "resembles", "refused_before", "notification_number"),
        "lines": [_only(one, *LINE, "reason", "former_authorizations") for one in case["lines"]],
        "advisories": [_only(one, "id", "text") for one in case["advisories"]],
        "questions": [_only(one, "id", "text", "paths", "lines") for one in case["questions"]],
        "other_ways": [
            {
                **_only(way, "line", "instead_of"),
                "questions": [_only(one, "id", "text") for one in way["questions"]],
            }
            for way in found.get("other_ways", ())
        ],
        "triage": found.get("triage"),
        "scores": [
            _only(one, "subject", "score", "low", "high", "settled_by")
            for one in found.get("scores", ())
        ],
        "citations": [
            _only(one, "id", "line", "applies", "why") for one in found.get("citations", ())
        ],
        "letters": [
            _only(one, "audience", "language")
            | {"path": _path(one, documents), "sha256": one["sha256"]}
            for one in letters
        ],
    }


def _only(content: Json, *names: str) -> Json:
    return {name: content.get(name) for name in names}


def _path(letter: Json, documents: Path | None) -> str | None:
    path: str | None = letter["path"]
    return path if documents is None or path is None else str((documents / path).resolve())
