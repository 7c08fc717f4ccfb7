from tests.specification.entry import Entry, Example

LEVEL = "{for_some: lesions, all: [{fact: lesion.level, between: [T4, T8]}]}"
ASKED = "{for_some: lesions, all: [{fact: lesion.in_a_requested_segment, is: true}]}"
STANDARD = "{for_some: lesions, all: [{fact: lesion.standard_level, is: true}]}"
LINE = "{fact: line.standard_levels, is: true}"
SEGMENT = "{segment: T4-T8}"
ENTRY = Entry(
    title="`of` and `derive`",
    keys=("PathSpec.of", "PathSpec.derive"),
    text="A fact is the member's unless `of` names the line or the kind of an item; an item's fact "
    "stands only inside a list of such items. `derive` says that nobody sends the fact: `policy` "
    "(the policy computes it), `service:fusion` (whether the line asks for that service), "
    "`level_of_subject`, `standard_level` and `in_requested_segment` (what follows from an item's "
    "name), `all_levels_standard` (whether every spine has the levels that the line names, and "
    "those of the items in it; other lines and names that say no level do not count).",
    criteria="{fact: line.includes_fusion, is: true}",
    examples=(
        Example("met", "The line asks for fusion.", line="{services: [example, fusion]}"),
        Example("not met", "It does not."),
        Example(
            "met", "The lesion is called T6.", ("lesion.severe@T6: true",), (), SEGMENT, "", LEVEL
        ),
        Example(
            "unknown (illegible)",
            "L6 is no standard level.",
            ("lesion.severe@L6: true",),
            (),
            "{segment: L4-S1}",
            "",
            LEVEL,
        ),
        Example("met", "T6 lies in it.", ("lesion.severe@T6: true",), (), SEGMENT, "", ASKED),
        Example("met", "T6 is one.", ("lesion.severe@T6: true",), (), SEGMENT, "", STANDARD),
        Example("met", "T4 to T8 are.", line=SEGMENT, criteria=LINE),
        Example("not met", "L6 is not.", line="{segment: L4-L6}", criteria=LINE),
        Example(
            "not met",
            "L6 is at the end of the line.",
            ("lesion.severe@L6: true",),
            line="{segment: L4-S1}",
            criteria=LINE,
        ),
        Example(
            "met",
            "L6 is far from it.",
            ("lesion.severe@L6: true",),
            line=SEGMENT,
            criteria=LINE,
        ),
        Example(
            "unknown (illegible)",
            "Nobody can read that.",
            line="{segment: the middle}",
            criteria=LINE,
        ),
        Example("unknown (absent)", "The line names no level.", criteria=LINE),
    ),
)
