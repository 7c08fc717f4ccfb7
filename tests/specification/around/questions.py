from tests.specification import answers
from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="What is asked for",
    keys=("PathSpec.ask",),
    text="A line that pends on unknown facts asks for the fewest facts that could still lead to an "
    "approval: all that an `all` lacks, the cheapest way through an `any`, the whole list where it "
    "is open. Where what is known already leads to a person, nothing is asked. The words are the "
    "vocabulary's (`ask`).",
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
        Example("pend, asks for fracture.present, pain.daily", "One fact is cheaper than two."),
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
