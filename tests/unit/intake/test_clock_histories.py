"""Whatever people do to the clocks of a case and in whatever order, no duty is met by the wrong
fact, nothing is extended twice, nothing runs out that was done in time, and nothing comes due later
but by an extension, by time that stands still, or by what a member was refused.

500 histories; as many as `PRIORAUTH_TEST_HISTORIES` says where it is set (10,000 before a release).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.model import FINAL
from shared.events.criteria import Basis, CaseDetermined, Determination, LineSummary
from shared.events.intake import RequestAmended
from shared.events.letters import Audience, LetterKind
from shared.events.request import Urgency
from shared.ids import NAMESPACE
from tests.unit.intake.acting import WORDS, question, submitted_act
from tests.unit.intake.clock_histories import History, Sent, Spoken, Stood
from tests.unit.intake.given import (
    ADVERSE,
    REVIEWER,
    evaluated,
    letter,
    rendered,
    submitted,
    told,
)

HISTORIES = int(os.environ.get("PRIORAUTH_TEST_HISTORIES", "500"))
CASE_ID = str(UUID(int=5))
Step = Callable[[History], None]
OUTCOMES = st.sampled_from(
    [Determination.APPROVED] * 3
    + [Determination.NOT_CERTIFIED, Determination.MODIFIED, Determination.PENDED]
)


def determine(outcomes: tuple[Determination, ...], *, late: bool) -> Step:
    """Criteria determines the newest version, or once more the one before."""

    def step(history: History) -> None:
        version = max(1, history.version - late)
        contents = history.contents_of[version]
        lines = tuple(
            LineSummary(
                sequence=n,
                determination=one,
                basis=Basis.CLINICIAN if one in ADVERSE else Basis.ENGINE,
                reason="r",
                digest=f"1:{hashlib.sha256(content.encode()).hexdigest()}",
                reviewer=REVIEWER if one in ADVERSE else None,
            )
            for n, (one, content) in enumerate(zip(outcomes, contents, strict=True), start=1)
        )
        event = CaseDetermined(
            evaluation_id=uuid5(NAMESPACE, str(history.now)),
            request_version=version,
            determination=outcomes[0],
            urgency=Urgency.STANDARD,
            lines=lines,
        )
        at = history.now

        def known() -> None:
            history.determined.append((event, contents))
            if version != history.version or history.state.cancelled:
                return
            history.outcomes = outcomes
            if not FINAL.issuperset(outcomes):
                history.stand(None, at)
            elif history.stood is None or not history.stood.same(contents, outcomes):
                history.stand(Stood(contents, outcomes, at), at)

        history.send(told(event, at=at), known)

    return step


def issue(which: int, to: Audience, *, documents: bool, pended: bool) -> Step:
    """Letters writes a notice of a determination."""

    def step(history: History) -> None:
        if not history.determined:
            return
        event, contents = history.determined[which % len(history.determined)]
        outcomes = tuple(one.determination for one in event.lines)
        final = FINAL.issuperset(outcomes) and not pended
        kind = LetterKind.PARTIAL if final or len(set(outcomes)) > 1 else LetterKind.PENDED
        issued = letter(kind, at=history.now, of=event, to=to, documents=documents)
        sent = Sent(issued, contents, outcomes, None if documents else history.now)
        history.send(told(issued, at=history.now), lambda: history.letters.append(sent))

    return step


def tell(outcomes: tuple[Determination, ...], *, documents: bool) -> Step:
    """Criteria determines the newest version, and letters writes to the member."""

    def step(history: History) -> None:
        determine(outcomes, late=False)(history)
        history.arrive()
        issue(-1, Audience.MEMBER, documents=documents, pended=False)(history)

    return step


def render(which: int) -> Step:
    """A letter has its documents."""

    def step(history: History) -> None:
        if not history.letters:
            return
        sent, at = history.letters[which % len(history.letters)], history.now

        def known() -> None:
            sent.handed_over_at = sent.handed_over_at or at

        history.send(told(rendered(sent.issued), at=at), known)

    return step


def spoken(to: str, adverse: bool, ago: int) -> Step:
    def step(history: History) -> None:
        at = history.now - timedelta(hours=ago)

        def known() -> None:
            stood = history.stood_at(at)
            assert stood is not None, "somebody was told what was not decided"
            history.spoken.append(Spoken(to, at, stood))

        fields = {"addressee": to, "notified_at": at, "adverse": adverse}
        history.act(submitted_act("oral_notice", at=history.now, **fields), known)

    return step


def mailed(which: int, ago: int) -> Step:
    def step(history: History) -> None:
        if not history.letters:
            return
        sent = history.letters[which % len(history.letters)]
        at = history.now - timedelta(hours=ago)

        def known() -> None:
            sent.mailed_at = max(at, sent.issued.issued_at)
            sent.handed_over_at = sent.handed_over_at or sent.mailed_at

        fields = {"letter_id": sent.issued.letter_id, "mailed_at": at}
        history.act(submitted_act("mailed", at=history.now, **fields), known)

    return step


def ask(of: str, ago: int) -> Step:
    def step(history: History) -> None:
        at, recorded_at = history.now - timedelta(hours=ago), history.now

        def known() -> None:
            clock = history.state.clock
            if clock.running:
                history.asked.append((of, at if clock.started_at <= at else recorded_at))

        history.send(question(at, of, recorded_at=recorded_at), known)

    return step


def happened(name: str, instant: str, ago: int, **fields: Any) -> Step:
    """An act that tells of something that happened so many hours ago."""

    def step(history: History) -> None:
        at = {instant: history.now - timedelta(hours=ago)}
        history.act(submitted_act(name, at=history.now, **at, **fields))

    return step


def act_now(name: str, **fields: Any) -> Step:
    return lambda history: history.act(submitted_act(name, at=history.now, **fields))


def again(history: History) -> None:
    """The last act once more."""
    if history.last is not None:
        history.send(told(history.last, at=history.now))


def amend(place: int, content: str) -> Step:
    """The sender asks for something else in a line, or for the same."""

    def step(history: History) -> None:
        contents = tuple(content if n == place else one for n, one in enumerate(history.contents))
        at = history.now
        asked = history.request(contents, amends=CASE_ID, reference=f"R-{at}")
        history.send(submitted(asked, at=at), lambda: history.amended(contents, at), RequestAmended)

    return step


def withdraw(history: History) -> None:
    lines = [{"sequence": n, "cancelled": True} for n in (1, 2)]
    history.send(
        submitted(
            history.request(history.contents) | {"amends": CASE_ID, "lines": lines}, at=history.now
        )
    )


def find(urgency: Urgency) -> Step:
    return lambda history: history.send(
        told(evaluated(urgency, version=history.version), at=history.now)
    )


def wait(hours: int) -> Step:
    def step(history: History) -> None:
        history.now += timedelta(hours=hours)

    return step


def cut(history: History) -> None:
    history.cut = not history.cut


AGO = st.sampled_from([0, 0, 1, 5, 30, 80])
WHICH = st.integers(0, 4)
ASKED_OF = st.sampled_from(["member", "provider", "noncontract_provider"])
ADDRESSEE = st.sampled_from(["member", "representative", "provider"])
REASON = st.sampled_from(["member_asked", "information_missing", "extraordinary", "beyond_control"])
FINALS = st.sampled_from(sorted(FINAL - {Determination.CANCELLED}))
OFTEN = [
    st.builds(determine, st.tuples(OUTCOMES, OUTCOMES), late=st.sampled_from([0, 0, 0, 1])),
    st.builds(tell, st.tuples(FINALS, FINALS), documents=st.booleans()),
    st.builds(
        issue,
        WHICH,
        st.sampled_from([Audience.MEMBER, Audience.MEMBER, Audience.PROVIDER]),
        documents=st.booleans(),
        pended=st.sampled_from([False, False, False, True]),
    ),
    st.builds(render, WHICH),
    st.builds(mailed, WHICH, AGO),
    st.builds(spoken, ADDRESSEE, st.booleans(), AGO),
    st.builds(act_now, st.just("extend"), reason=REASON, words=st.just(WORDS)),
    st.builds(amend, st.integers(0, 1), st.sampled_from(["a", "b"])),
]
SELDOM = [
    st.builds(ask, ASKED_OF, AGO),
    st.builds(act_now, st.just("refuse_expedite"), words=st.just(WORDS)),
    st.builds(
        happened,
        st.just("expedite"),
        st.just("asked_at"),
        AGO,
        asked_by=st.sampled_from(["member", "physician"]),
    ),
    st.builds(
        happened,
        st.just("correct_receipt"),
        st.just("received_at"),
        st.sampled_from([1, 5, 30, 80, 300]),
        words=st.just(WORDS),
    ),
    st.builds(happened, st.just("information_received"), st.just("received_at"), AGO),
    st.just(again),
    st.builds(find, st.sampled_from(Urgency)),
    st.builds(wait, st.sampled_from([1, 5, 10, 25, 73, 170])),
    st.just(cut),
]
STEPS = st.lists(
    st.one_of(*OFTEN, *OFTEN, *SELDOM, st.sampled_from([again] * 9 + [withdraw])),
    min_size=5,
    max_size=30,
)
MEMBERS = st.fixed_dictionaries(
    {
        "id": st.just("M-1"),
        "line_of_business": st.sampled_from(
            [
                "medicare_advantage",
                "medicare_advantage",
                "erisa",
                "medicaid_managed_care",
                "qhp_ffe",
            ]
        ),
        "funding": st.sampled_from(["self_funded", "insured", "insured"]),
        "state": st.sampled_from(["OH", "CA", "NJ", "WA"]),
        "electronic_delivery": st.booleans(),
    }
)
CHANGED = st.fixed_dictionaries(
    {
        "urgency": st.sampled_from(["standard", "expedited"]),
        "asker": st.sampled_from(["member", "contracted_provider", "noncontract_provider"]),
    }
)


@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(member=MEMBERS, changed=CHANGED, steps=STEPS)
def test_no_history_of_acts_meets_extends_or_ends_a_clock_wrongly(
    member: dict[str, Any], changed: dict[str, Any], steps: list[Step]
):
    history = History(member, changed)

    for step in steps:
        history.do(step)

    history.cut = False
    history.now += timedelta(days=120)
    history.arrive()
