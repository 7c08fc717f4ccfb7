from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="A list inside the line (`inside_line`)",
    keys=("ListSpec.inside_line", "ListSpec.of", "ListSpec.closed_by", "ListSpec.ask"),
    text="The vocabulary says what a list holds (`of`: the kind of its subjects, here "
    "`lesion:T6`), which statement of the request completes it (`closed_by`), and "
    "the question that asks for it. "
    "Of a list that is `inside_line` a line sees the items whose level lies in its segment. An "
    "item at no standard level may lie inside or not.",
    criteria="""\
for_some: lesions
all:
- {fact: lesion.severe, is: true}
""",
    examples=(
        Example(
            "met",
            "T6 lies in the segment.",
            ("lesion.severe@T6: true",),
            line="{segment: T4-T8}",
        ),
        Example(
            "not met",
            "L1 does not.",
            ("lesion.severe@L1: true",),
            closed=("lesions",),
            line="{segment: T4-T8}",
        ),
        Example(
            "unknown (uncertain)",
            "L6 is no level that every spine has.",
            ("lesion.severe@L6: true",),
            closed=("lesions",),
            line="{segment: L4-L5}",
        ),
        Example(
            "unknown (open_list)",
            "The line names no segment.",
            ("lesion.severe@T6: false",),
            closed=("lesions",),
        ),
    ),
)
