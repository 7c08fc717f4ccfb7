from tests.specification.entry import Entry, Example

SLIP = "{for_some: slips, all: [{fact: slip.unstable, is: true}]}"
ENTRY = Entry(
    title="A list inside the line (`inside_line`)",
    keys=(
        "ListSpec.inside_line",
        "ListSpec.named_by",
        "ListSpec.of",
        "ListSpec.closed_by",
        "ListSpec.ask",
    ),
    text="The vocabulary says what a list holds (`of`: the kind of its subjects, here "
    "`lesion:T6`), which statement of the request completes it (`closed_by`), and "
    "the question that asks for it. "
    "Of a list that is `inside_line` a line sees the items whose levels lie in its segment. An "
    "item over several vertebrae (`lesion:T5-T6`) of which the segment holds some, and one whose "
    "name says no level, may belong to it or not; one at a level that not every spine has (L6, "
    "T13) may belong to a segment that reaches its neighbours. An item is at its `vertebrae`, "
    "unless it is `named_by` a `motion_segment`: `slip:L4`, the upper vertebra, and `slip:L4-L5` "
    "are one, and it lies only in a segment that holds both.",
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
            "not met",
            "L6 lies between L5 and S1.",
            ("lesion.severe@L6: true",),
            closed=("lesions",),
            line="{segment: T4-T8}",
        ),
        Example(
            "met",
            "T5 and T6 lie in the segment.",
            ("lesion.severe@T5-T6: true",),
            line="{segment: T4-T8}",
        ),
        Example(
            "unknown (uncertain)",
            "T6 does, and T5 does not.",
            ("lesion.severe@T5-T6: true",),
            closed=("lesions",),
            line="{segment: T6-T8}",
        ),
        Example(
            "met",
            "L4 on L5 lies in the segment.",
            ("slip.unstable@L4: true",),
            line="{segment: L4-L5}",
            criteria=SLIP,
        ),
        Example(
            "not met",
            "L5 is not in it.",
            ("slip.unstable@L4/5: true",),
            closed=("slips",),
            line="{segment: L3-L4}",
            criteria=SLIP,
        ),
        Example(
            "unknown (open_list)",
            "The line names no segment.",
            ("lesion.severe@T6: false",),
            closed=("lesions",),
        ),
    ),
)
