from tests.specification.entry import Entry, Example, Refused

COUNTED = "list: visits, where: {fact: visit.attended, is: true}"
ONE, TWO = "visit.attended@1: true", "visit.attended@2: true"
ENTRY = Entry(
    title="`count_within`",
    keys=(
        "Derived.count_within",
        "CountWithin.list",
        "CountWithin.where",
        "CountWithin.assume_closed",
        "CountWithin.date",
        "CountWithin.days",
    ),
    text="How many items of the list meet `where`. With `date` and `days` (which belong together) "
    "only items count whose date lies at most so many days before receipt, and not after it. An "
    "open list may hold more; `assume_closed` takes it as complete, which is an assumption as "
    "`assume_absent` is.",
    criteria="{fact: visits.attended, at_least: 2}",
    policy=f"derived: {{visits.attended: {{count_within: {{{COUNTED}}}}}}}",
    examples=(
        Example("met", "Two count; more would do no harm.", (ONE, TWO)),
        Example("not met", "One counts, and there are no others.", (ONE,), closed=("visits",)),
        Example("unknown (uncertain)", "There may be another.", (ONE,)),
        Example(
            "unknown (uncertain)",
            "The second may count.",
            (ONE, "visit.attended@2: {value: true, certainty: possible}"),
            closed=("visits",),
        ),
        Example(
            "not met",
            "The list is taken as complete.",
            (ONE,),
            policy=f"derived: {{visits.attended: {{count_within: {{{COUNTED}, assume_closed: "
            "true}}}",
        ),
        Example(
            "not met",
            "The second lies 31 days before receipt.",
            (ONE, "visit.on@1: 2025-11-01", TWO, "visit.on@2: 2025-10-15"),
            closed=("visits",),
            policy=f"derived: {{visits.attended: {{count_within: {{{COUNTED}, date: visit.on, "
            "days: 30}}}",
        ),
        Example(
            "unknown (uncertain)",
            "The day of the second is not documented.",
            (ONE, "visit.on@1: 2025-11-01", TWO),
            closed=("visits",),
            policy=f"derived: {{visits.attended: {{count_within: {{{COUNTED}, date: visit.on, "
            "days: 30}}}",
        ),
    ),
    refused=(
        Refused(
            "date and days belong together",
            policy=f"derived: {{visits.attended: {{count_within: {{{COUNTED}, days: 30}}}}}}",
        ),
        Refused(
            "no list visitors",
            policy="derived: {visits.attended: {count_within: {list: visitors, where: {fact: "
            "visit.attended, is: true}}}}",
        ),
    ),
)
