"""The chapters of the page, in their order."""

from __future__ import annotations

from types import ModuleType

from tests.specification.around import (
    applies_to,
    assumed_may_approve,
    citations,
    code_sets,
    contradicts,
    effective,
    guard_advise,
    guard_pend,
    outcomes,
    precedence,
    questions,
    review,
    statements,
    status,
    unsaid,
    urgency,
)
from tests.specification.comparisons import (
    above,
    assume_absent,
    at_least,
    at_most,
    below,
    best,
    between,
    certainty,
    is_value,
    levels_below,
    one_of,
    scope,
    within_days,
    worst,
)
from tests.specification.computed import (
    age_at,
    best_window,
    bmi,
    count_within,
    difference,
    elapsed,
    every_interspace,
    margins,
    ratio,
    reaches_sacrum,
    score_table,
)
from tests.specification.entry import Chapter, Entry
from tests.specification.facts import (
    acute,
    aliases,
    bounds,
    derive,
    observations,
    of_request,
    scores,
    sets,
    types,
    uncertain,
    units,
)
from tests.specification.groups import all_of, any_of, at_least_of, none_of, ref, unless
from tests.specification.lists import for_every, for_some, inside_line, where
from tests.specification.surprises import (
    absence,
    date_windows,
    every_of_nothing,
    not_of_unknown,
    settled_early,
    some_of_open_list,
    surest_wins,
)
from tests.specification.surprises import units as bare_units


def entries(*modules: ModuleType) -> tuple[Entry, ...]:
    """What these modules declare."""
    return tuple(module.ENTRY for module in modules)


CHAPTERS = (
    Chapter(
        "Groups",
        "A group combines other nodes. All its members are evaluated, so that the evidence is "
        "whole. A group that is unknown has no reason of its own; the tables name those of the "
        "members that are unknown.",
        entries(all_of, any_of, none_of, at_least_of, unless, ref),
    ),
    Chapter(
        "Comparisons",
        "A leaf compares one `fact` of the vocabulary by exactly one operator.",
        entries(
            is_value,
            one_of,
            at_least,
            at_most,
            above,
            below,
            between,
            worst,
            best,
            levels_below,
            within_days,
        ),
        leaves=True,
    ),
    Chapter(
        "What a leaf asks of its fact",
        "These stand beside the operator of a leaf.",
        entries(certainty, scope, assume_absent),
    ),
    Chapter(
        "Lists",
        "A list holds items that the request names: `visit.attended@2` is a fact of the visit 2.",
        entries(for_some, for_every, where, inside_line),
    ),
    Chapter(
        "Computed facts",
        "`derived` names a fact and one function that computes it; leaves compare it like any "
        "other.",
        entries(
            age_at,
            difference,
            elapsed,
            bmi,
            ratio,
            count_within,
            best_window,
            margins,
            every_interspace,
            reaches_sacrum,
            score_table,
        ),
    ),
    Chapter(
        "Around the criteria",
        "What a policy says besides its criteria.",
        entries(
            applies_to,
            unsaid,
            code_sets,
            effective,
            precedence,
            status,
            guard_pend,
            guard_advise,
            questions,
            assumed_may_approve,
            urgency,
            review,
            citations,
            contradicts,
            statements,
            outcomes,
        ),
    ),
    Chapter(
        "How facts are read",
        "A vocabulary says of every fact what it may be; a policy can name no other. Those of the "
        "package stand in [vocabularies](../services/criteria/vocabularies), its score tables in "
        "[scores](../services/criteria/scores), its policies in "
        "[policies](../services/criteria/policies).",
        entries(
            types,
            sets,
            units,
            bounds,
            uncertain,
            observations,
            acute,
            aliases,
            derive,
            of_request,
            scores,
        ),
    ),
    Chapter(
        "Eight that surprise",
        "What three-valued logic does where one would expect something else.",
        entries(
            not_of_unknown,
            settled_early,
            every_of_nothing,
            some_of_open_list,
            surest_wins,
            absence,
            bare_units,
            date_windows,
        ),
    ),
)
SURPRISES = CHAPTERS[-1]
