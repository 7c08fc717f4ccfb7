"""Results as the events carry them: the tree with the evidence for every node."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel

from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.logic.values import MET, HeldValue, Span
from services.criteria.engine.runtime.computed.operands import COMPUTED
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.observation_dates import day_observed
from services.criteria.engine.runtime.scope import PolicyNode, Result
from shared.body.spine import LEVELS
from shared.events.evaluation import Evidence, Node, State
from shared.events.request import Fact, Interval, Source

STATES = (State.NOT_MET, State.NOT_DOCUMENTED, State.MET)
M = TypeVar("M", bound=BaseModel)
_new = object.__new__
_fields, _given, _extra, _private = (
    BaseModel.__dict__[slot].__set__
    for slot in (
        "__dict__",
        "__pydantic_fields_set__",
        "__pydantic_extra__",
        "__pydantic_private__",
    )
)


def built(model: type[M], values: dict[str, Any], given: set[str]) -> M:
    """A model made from values that are known to be valid, at a quarter of the cost of checking
    them; `values` holds every field.
    """
    made = _new(model)
    _fields(made, values)
    _given(made, given)
    _extra(made, None)
    _private(made, None)
    return made


NODE_FIELDS = set(Node.model_fields)
EVIDENCE_FIELDS = set(Evidence.model_fields)


def made(model: type[M], **values: Any) -> M:
    """A model with these values and the defaults of all fields that are not named, none of which a
    factory makes.
    """
    kept = _DEFAULTS.get(model)
    if kept is None:
        kept = _DEFAULTS[model] = {
            name: field.default for name, field in model.model_fields.items()
        }
    return built(model, {**kept, **values}, set(values))


_DEFAULTS: dict[type[BaseModel], dict[str, Any]] = {}


def node(result: Result, vocabulary: Vocabulary) -> Node:
    """The node of a result with all that is below it; what a reference stands for is shown where it
    is defined.
    """
    mark, reason, known = result.mark, result.reason, result.known
    values = (mark.blank or _blank(mark)).copy()
    values["state"] = STATES[result.state]
    if reason is not None:
        values["reason"] = reason
    if result.subject is not None:
        values["subject"] = result.subject
    if known is not None:
        values["evidence"] = known.shown or evidence(known, vocabulary)
        if mark.limit is not None and isinstance(known.value, int) and reason is None:
            values["margin"] = known.value - mark.limit
    elif result.below and mark.kind != "ref":
        values["children"] = tuple(
            [node(one, vocabulary) for one in _flat(mark.kind, result.below)]
        )
    return built(Node, values, NODE_FIELDS)


def _blank(mark: PolicyNode) -> dict[str, Any]:
    """What is the same in every node of a mark, kept with it; a node copies it."""
    same = {
        "id": mark.id,
        "label": mark.label,
        "state": None,
        "reason": None,
        "subject": None,
        "margin": None,
    }
    mark.blank = {
        **same,
        "evidence": (),
        "sources": (),
        "citations": mark.citations,
        "children": (),
    }
    return mark.blank


def _flat(kind: str, below: Sequence[Result]) -> Sequence[Result]:
    """The body of a list stands directly below its item."""
    if kind != "item" or len(below) != 1:
        return below
    (only,) = below
    return only.below if only.mark.kind == "all" else below


def evidence(known: KnownFact, vocabulary: Vocabulary) -> tuple[Evidence, ...]:
    """The observations behind a fact; of a computed fact its value, before those that it was
    computed from where it is arithmetic.
    """
    if known.facts:
        known.shown = tuple([_observation(known, fact) for fact in known.facts])
        if known.detail == COMPUTED and known.value is not None:
            known.shown = (_computed(known, vocabulary), *known.shown)
    else:
        known.shown = (_computed(known, vocabulary),)
    return known.shown


def _observation(known: KnownFact, fact: Fact) -> Evidence:
    values = {
        "path": fact.path,
        "subject": known.subject or fact.subject,
        "value": fact.value,
        "unit": fact.unit,
        "certainty": fact.certainty.value,
        "observed_at": fact.observed_at,
        "date_assumed": fact.observed_at is None or day_observed(fact) is None,
        "source": fact.source,
    }
    return built(Evidence, values, EVIDENCE_FIELDS)


def _computed(known: KnownFact, vocabulary: Vocabulary) -> Evidence:
    spec = vocabulary.entries[known.path].spec
    values = {
        "path": known.path,
        "subject": known.subject or spec.of,
        "value": shown(known.value, spec.type == "level"),
        "unit": spec.unit,
        "certainty": "confirmed",
        "observed_at": None,
        "date_assumed": False,
        "source": None,
    }
    return built(Evidence, values, EVIDENCE_FIELDS)


def shown(value: Any, is_level: bool) -> Any:  # noqa: FBT001 - how the value is read
    """A possible value as JSON can carry it."""
    if isinstance(value, Span):
        low, high = (None if end is None else float(end) for end in (value.low, value.high))
        return Interval(low=low, high=high, low_open=value.low_open, high_open=value.high_open)
    if isinstance(value, frozenset | HeldValue):
        things = value.things if isinstance(value, HeldValue) else value
        return {"any_of": [shown(one, is_level) for one in sorted(things)]}
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return LEVELS[value] if is_level else value
    return float(value)


def sources(result: Result) -> tuple[Source, ...]:
    """The chart sources beneath a result, each once, of what is met."""
    found: dict[tuple[str, int | None, str | None], Source] = {}
    _collect(result, found)
    return tuple(found.values())


def _collect(result: Result, found: dict[tuple[str, int | None, str | None], Source]) -> None:
    if result.state != MET:
        return
    if result.known is not None:
        found.update(
            ((one.document, one.page, one.span), one)
            for fact in result.known.facts
            if (one := fact.source) is not None
        )
    for below in result.below:
        _collect(below, found)


def items_met(result: Result) -> tuple[str, ...]:
    """The items of lists beneath a result that are met, each once."""
    found: dict[str, None] = {}
    _met_items(result, found)
    return tuple(found)


def _met_items(result: Result, found: dict[str, None]) -> None:
    if result.state == MET and result.subject is not None:
        found[result.subject] = None
    for below in result.below:
        _met_items(below, found)
