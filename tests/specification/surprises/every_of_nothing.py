from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="3. Every item of an empty list is unknown",
    keys=(),
    text="In logic everything is true of every item of an empty list. Here it is unknown, because "
    "nobody should be approved for visits that nobody made. A list whose items are all left out by "
    "`where` is another thing: something was documented, and none of it fails.",
    criteria="{for_every: visits, all: [{fact: visit.attended, is: true}]}",
    examples=(
        Example("unknown (open_list)", "Complete and empty.", closed=("visits",)),
        Example(
            "unknown (open_list)", "Open: another visit may fail.", ("visit.attended@1: true",)
        ),
        Example("met", "Complete, and not empty.", ("visit.attended@1: true",), closed=("visits",)),
        Example("not met", "One failure needs no complete list.", ("visit.attended@1: false",)),
        Example(
            "met",
            "Nothing fits `where`, and nothing fails.",
            ("visit.attended@1: false",),
            closed=("visits",),
            criteria="{for_every: visits, where: {fact: visit.attended, is: true}, all: [{fact: "
            "visit.useful, is: true}]}",
        ),
    ),
)
