from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="4. An open list never fails `for_some`",
    keys=(),
    text="However many items fail, another may exist. A list fails only once the request calls it "
    "complete, and the same holds for what a set does not contain and for what is counted.",
    criteria="{for_some: visits, all: [{fact: visit.attended, is: true}]}",
    examples=(
        Example(
            "unknown (open_list)",
            "Three of three failed.",
            ("visit.attended@1: false", "visit.attended@2: false", "visit.attended@3: false"),
        ),
        Example(
            "not met",
            "There are no others.",
            ("visit.attended@1: false",),
            closed=("visits",),
        ),
        Example(
            "unknown (uncertain)",
            "An open set.",
            ("exam.signs: [numbness]",),
            criteria="{fact: exam.signs, one_of: [retention]}",
        ),
    ),
)
