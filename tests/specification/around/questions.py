from tests.specification import answers
from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="What is asked for",
    keys=("PathSpec.ask", "PathSpec.invasive"),
    text="A line that pends on unknown facts asks for the nearest smallest set of facts that could "
    "still lead to an approval: all that an `all` lacks, one way through an `any`, the whole list "
    "where it is open. Other smallest sets are told as other ways, up to three. Nearest is the "
    "way without a fact whose test is `invasive`; then the one with the fewest facts that nobody "
    "recorded; then the shortest; then the one that the vocabulary names first. Where what is "
    "known already leads to a person, nothing is asked. The words are the vocabulary's (`ask`).",
    criteria="""\
all:
- {fact: pain.daily, is: true}
- any:
  - {fact: fracture.present, is: true}
  - all:
    - {fact: therapy.tried, is: true}
    - {for_some: visits, all: [{fact: visit.attended, is: true}]}
""",
    examples=(
        Example(
            "pend, asks for pain.daily, fracture.present; or for therapy.tried, visits instead of "
            "fracture.present",
            "One fact is nearer than two.",
        ),
        Example(
            "pend, asks for therapy.tried, infection.active; or for biopsy.positive instead of "
            "therapy.tried, infection.active",
            "Nobody is asked for an invasive test while there is another way.",
            criteria="""\
any:
- {fact: biopsy.positive, is: true}
- all:
  - {fact: infection.active, is: true}
  - {fact: therapy.tried, is: true}
""",
        ),
        Example(
            "pend, asks for infection.active, therapy.tried; or for pain.daily, fracture.present "
            "instead of infection.active, therapy.tried",
            "What was said already, and cannot be used, is nearer than what nobody spoke of.",
            ("infection.active: 'yes'",),
            criteria="""\
any:
- all:
  - {fact: pain.daily, is: true}
  - {fact: fracture.present, is: true}
- all:
  - {fact: therapy.tried, is: true}
  - {fact: infection.active, is: true}
""",
        ),
        Example(
            "pend, asks for therapy.tried, visits",
            "The short way is closed; the list is open.",
            ("pain.daily: true", "fracture.present: false"),
        ),
        Example("pend, asks for nothing", "No fact could mend it.", ("pain.daily: false",)),
        Example(
            "pend, asks for visit.attended:1",
            "Of one item.",
            (
                "pain.daily: true",
                "fracture.present: false",
                "therapy.tried: true",
                "visit.attended@1: {value: true, certainty: possible}",
            ),
            closed=("visits",),
        ),
        Example(
            "approve, asks for nothing",
            "Nothing is open.",
            ("pain.daily: true", "fracture.present: true"),
        ),
    ),
    answer=answers.questions,
    shows="the line",
)
