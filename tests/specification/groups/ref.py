from tests.specification.entry import Entry, Example, Refused

DEFINED = """\
definitions:
- id: treated
  any:
  - {fact: therapy.tried, is: true}
  - {fact: fracture.present, is: true}
"""
ENTRY = Entry(
    title="`ref` and `definitions`",
    keys=("Criterion.ref", "Criterion.id", "PolicySpec.definitions"),
    text="The node of this `id`, wherever in the policy it stands outside of lists: among the "
    "`definitions`, which decide nothing by themselves, or in the criteria. It is evaluated once "
    "for a line and has the same state wherever it is named. A reference shows the state alone, "
    "without reason and evidence.",
    criteria="ref: treated",
    policy=DEFINED,
    examples=(
        Example("met", "The named node is met.", ("therapy.tried: true",)),
        Example("not met", "It is not met.", ("therapy.tried: false", "fracture.present: false")),
        Example("unknown", "It is unknown.", ("therapy.tried: false",)),
    ),
    refused=(
        Refused("no node outside of lists is named nowhere", "ref: nowhere"),
        Refused("refers to itself", "{id: circle, all: [{ref: circle}]}"),
        Refused(
            "stands twice",
            "all: [{id: same, fact: pain.daily, is: true}, {id: same, fact: pain.daily, is: true}]",
        ),
    ),
)
