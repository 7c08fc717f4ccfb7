"""Those outside: senders who ask, complete, withdraw and repeat themselves, strangers who send
nonsense, clinicians who review.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from uuid import UUID

from shared.events.policies import POLICIES
from shared.events.reviews import REVIEWS, ReevaluationRequested
from shared.events.submissions import SUBMISSIONS, AuthorizationRequestSubmitted
from shared.lanes.state.record import Record
from tests.desk import attested
from tests.reliability.simulator.cases import (
    KINDS,
    LANES,
    STORIES,
    Story,
    case_of,
    naming,
    story,
)
from tests.reliability.simulator.editions import superseding, switching
from tests.reliability.simulator.faults import POISON

if TYPE_CHECKING:
    from tests.reliability.simulator.world import World

OFTEN = 5
"""Times that one request is sent."""
ASKING, FORGING = 0.05, 0.05
"""How often somebody asks for another evaluation instead of reviewing, or forges a review."""
PUBLISHING = 0.04
"""How often somebody outside publishes reference data, of all that is done there."""
NONSENSE = (b"{not json", b'{"sender": 1}', b"\xff\xfe", b"[" * 200, b'{"note": "\\u0000"}')


class People:
    """Acts every few steps: opens cases, and lets something follow from those that are open."""

    def __init__(self, world: World) -> None:
        self._world = world
        # A schedule, not a secret.
        self.random = random.Random(f"people {world.plan.seed}")  # noqa: S311
        self._unopened = [story(number) for number in self._drawn(world.plan.cases)]
        self._opened: list[Story] = []
        self._next = 0
        self._gap = max(1, int(world.plan.steps * 0.85 / (1.5 * world.plan.cases + 1)))
        self._cases: dict[bytes, list[UUID]] = {}
        self.reviews = 0

    def _drawn(self, count: int) -> list[int]:
        ordinary = [n for n in range(STORIES) if n % len(KINDS) < len(KINDS) - 5]
        return self.random.sample(ordinary, count)

    def due(self, step: int) -> bool:
        return not self._world.faults.over and step >= self._next

    def act(self) -> None:
        """Opens a case, or lets something follow from one."""
        self._next += self.random.randint(1, 2 * self._gap - 1) if self._gap > 1 else 1
        if self.random.random() < PUBLISHING:
            self._publish()
        if self._unopened and (not self._opened or self.random.random() < 0.68):
            self._open(self._unopened.pop())
        elif self._opened:
            self._follow(self.random.choice(self._opened))

    def _publish(self) -> None:
        """Puts a newer edition in force, or stops approvals and lets them go on."""
        drawn = self.random.randrange(3)
        value = superseding() if drawn == 0 else switching(stopped=drawn == 1)
        self._write(POLICIES, self.random.randrange(LANES), [], value)

    def open_rest(self) -> None:
        """Whoever has not asked yet does so now."""
        while self._unopened:
            self._open(self._unopened.pop())

    def _open(self, opened: Story) -> None:
        if self.random.random() < 0.12 and self._world.faults.strikes(POISON):
            self._poison()
        self._opened.append(opened)
        self._ask(opened)

    def _poison(self) -> None:
        drawn = self.random.randrange(9)
        if drawn < 6:
            # Twice: it is the one that changes, is withdrawn and is reviewed like any other.
            kind = (*KINDS[-5:], "unevaluable")[drawn]
            self._open_first(
                KINDS.index(kind) + len(KINDS) * self.random.randrange(STORIES // len(KINDS))
            )
        elif drawn < 8:
            self._submit(self.random.choice(NONSENSE), self.random.randrange(LANES))
        else:
            topic = self.random.choice(("pa.intake.v1", "pa.criteria.v1", "pa.letters.v1"))
            self._write(
                topic,
                self.random.randrange(LANES),
                [("ce_type", b"\xff"), ("odd", None)],
                b"from a stranger",
            )

    def _open_first(self, number: int) -> None:
        poisonous = story(number)
        self._opened.append(poisonous)
        self._ask(poisonous)

    def _ask(self, story: Story) -> None:
        """Sends the request; it may be the same again, or the same once more after it was
        withdrawn or refused.
        """
        written = self._submit(story.opening, story.home)
        case = case_of(written, self._world.broker.topic_id(SUBMISSIONS))
        if case is not None:
            self._cases.setdefault(story.opening, []).append(case)

    def _follow(self, on: Story) -> None:
        drawn = self.random.random()
        cases = self._cases[on.opening]
        # Those between are repeats, or were withdrawn.
        case = self.random.choice((cases[0], cases[-1]))
        if drawn < 0.3:
            self._submit(naming(case, self.random.choice(on.amendments)), on.home)
        elif drawn < 0.42:
            self._submit(naming(case, on.withdrawal), on.home)
        elif drawn < 0.5:
            self._ask(on)
        elif drawn < 0.55:
            self._ask(self._refused() or on)
        else:
            self._review()

    def _submit(self, value: bytes, home: int) -> Record:
        p = self.random.randrange(LANES) if self.random.random() < 0.2 else home
        headers: list[tuple[str, bytes | None]] = (
            [("ce_type", AuthorizationRequestSubmitted.TYPE.encode())]
            if self.random.random() < 0.7
            else []
        )
        return self._write(SUBMISSIONS, p, headers, value)

    def _refused(self) -> Story | None:
        """One of which a line was refused, and that was not sent often."""
        refused = self._world.ledger.contents.refused
        return next(
            (
                one
                for one in self._opened
                if len(cases := self._cases.get(one.opening, [])) < OFTEN
                and any(map(refused, cases))
            ),
            None,
        )

    def _review(self) -> None:
        asked = self._world.ledger.reviews_asked
        if not asked:
            return
        line = self.random.choice(asked[-12:])
        if self.random.random() < ASKING:
            self.ask_again(line.case_id)
            return
        self.reviews += 1
        review = attested(
            case_id=line.case_id,
            idempotency_key=f"review-{self.random.randrange(self.reviews)}",
            evaluation_id=line.evaluation_id,
            sequence=line.sequence,
            content_digest=line.digest,
            determination=self.random.choice(("A1", "A3")),
        )
        if self.random.random() < FORGING:
            # By somebody who may write to the topic, and has not been at the desk.
            review = review.model_copy(update={"determination": "A6"})
        else:
            self._world.ledger.contents.reviewed(line.case_id, line.sequence, line.digest)
        p = self.random.randrange(LANES) if self.random.random() < 0.2 else line.p
        self._write(REVIEWS, p, [], review.published())

    def ask_again(self, case_id: UUID) -> None:
        """Somebody asks that a case be evaluated again, whether that failed or not."""
        asked = ReevaluationRequested(case_id=case_id, reason="repaired", by="op-1")
        headers = [("ce_type", asked.TYPE.encode())]
        self._write(REVIEWS, self.random.randrange(LANES), [*headers], asked.published())

    def _write(
        self, topic: str, p: int, headers: list[tuple[str, bytes | None]], value: bytes
    ) -> Record:
        world = self._world
        offset = world.broker.append((topic, p), b"any key", headers, value)
        world.note(f"people {topic}/{p}@{offset}")
        record = world.broker.read((topic, p), offset, 1)[0]
        world.ledger.appended_outside(record)
        return record
