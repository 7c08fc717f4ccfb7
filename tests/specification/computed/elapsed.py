from tests.specification.entry import Entry, Example, Refused

BETWEEN = "derived: {therapy.weeks: {elapsed: {from: therapy.began, to: therapy.ended, in: weeks}}}"
SINCE = "derived: {therapy.weeks: {elapsed: {from: therapy.ended, in: UNIT}}}"
ITEM = "derived: {visit.weeks_ago: {elapsed: {from: visit.on, in: weeks}}}"
ENTRY = Entry(
    title="`elapsed`",
    keys=("Derived.elapsed", "Elapsed.from", "Elapsed.to", "Elapsed.in"),
    text="The whole `days`, `weeks` or calendar `months` that have passed `from` one date `to` "
    "another one, or to `receipt`, which is what is meant where `to` is not said. What has not "
    "passed in full does not count; a month ends on the same day of the next one, or on its last "
    "day. Of the facts of an item it is computed for each item. A date that is missing or cannot "
    "be read leaves it unknown, and so does a start that lies after the end: what has not begun "
    "has no length.",
    criteria="{fact: therapy.weeks, at_least: 6}",
    policy=BETWEEN,
    examples=(
        Example("met", "42 days.", ("therapy.began: 2025-09-01", "therapy.ended: 2025-10-13")),
        Example("not met", "41 days.", ("therapy.began: 2025-09-01", "therapy.ended: 2025-10-12")),
        Example("unknown (absent)", "No start is documented.", ("therapy.ended: 2025-10-12",)),
        Example(
            "unknown (illegible)",
            "It ended before it began.",
            ("therapy.began: 2025-10-13", "therapy.ended: 2025-09-01"),
        ),
        Example(
            "unknown (uncertain)",
            "42 days or fewer.",
            (
                "therapy.began: 2025-09-01",
                "therapy.ended: {any_of: [2025-10-12, 2025-10-13]}",
            ),
        ),
        Example(
            "met",
            "From 15 May to receipt on 15 November there are six months.",
            ("therapy.ended: 2025-05-15",),
            policy=SINCE.replace("UNIT", "months"),
        ),
        Example(
            "not met",
            "A day fewer.",
            ("therapy.ended: 2025-05-16",),
            policy=SINCE.replace("UNIT", "months"),
        ),
        Example(
            "not met",
            "Five days before receipt.",
            ("therapy.ended: 2025-11-10",),
            policy=SINCE.replace("UNIT", "days"),
        ),
        Example(
            "unknown (illegible)",
            "It lies ahead of receipt.",
            ("therapy.ended: 2025-11-16",),
            policy=SINCE.replace("UNIT", "days"),
        ),
        Example(
            "met",
            "A visit nine weeks before receipt.",
            ("visit.on@1: 2025-11-01", "visit.on@2: 2025-09-13"),
            criteria="{for_some: visits, all: [{fact: visit.weeks_ago, at_least: 9}]}",
            policy=ITEM,
        ),
    ),
    refused=(
        Refused(
            "no single date",
            policy="derived: {therapy.weeks: {elapsed: {from: pain.daily, in: weeks}}}",
        ),
        Refused(
            "has no path",
            policy="derived: {therapy.weeks: {elapsed: {from: therapy.start, in: weeks}}}",
        ),
        Refused("months", policy=SINCE.replace("UNIT", "years")),
        Refused(
            "is not known where",
            policy="derived: {therapy.weeks: {elapsed: {from: visit.on, in: weeks}}}",
        ),
    ),
)
