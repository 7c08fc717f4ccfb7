from tests.specification.entry import Entry, Example

ABOVE = """\
derived:
  line.margin_above:
    margin_above:
      list: lesions
      where: {fact: lesion.severe, is: true}"""
BELOW = ABOVE.replace("above", "below")
SEGMENT = "{segment: T4-T8}"
ENTRY = Entry(
    title="`margin_above` and `margin_below`",
    keys=(
        "Derived.margin_above",
        "Derived.margin_below",
        "ListWhere.list",
        "ListWhere.where",
        "ListWhere.assume_closed",
    ),
    text="Levels of the line's segment above the highest item that meets `where` (below the lowest "
    "one). Another item that may count, or that an open list may hold, makes it uncertain; "
    "`assume_closed` takes the list as complete. Where no item counts for sure, or the line "
    "names no segment, there is no such fact.",
    criteria="{fact: line.margin_above, at_least: 2}",
    policy=ABOVE,
    examples=(
        Example(
            "met",
            "T4 and T5 lie above T6.",
            ("lesion.severe@T6: true",),
            closed=("lesions",),
            line=SEGMENT,
        ),
        Example(
            "not met",
            "T4 alone lies above T5.",
            ("lesion.severe@T6: true", "lesion.severe@T5: true"),
            line=SEGMENT,
        ),
        Example(
            "unknown (uncertain)",
            "There may be a severe lesion above T6.",
            ("lesion.severe@T6: true",),
            line=SEGMENT,
        ),
        Example(
            "unknown (uncertain)",
            "The lesion at T5 may be severe.",
            ("lesion.severe@T6: true", "lesion.severe@T5: {value: true, certainty: possible}"),
            closed=("lesions",),
            line=SEGMENT,
        ),
        Example(
            "unknown (absent)",
            "No lesion counts.",
            ("lesion.severe@T6: false",),
            closed=("lesions",),
            line=SEGMENT,
        ),
        Example("unknown (absent)", "No segment.", ("lesion.severe@T6: true",)),
        Example(
            "met",
            "The list is taken as complete.",
            ("lesion.severe@T6: true",),
            line=SEGMENT,
            policy=f"{ABOVE}\n      assume_closed: true",
        ),
        Example(
            "met",
            "T7 and T8 lie below T6.",
            ("lesion.severe@T6: true",),
            closed=("lesions",),
            line=SEGMENT,
            criteria="{fact: line.margin_below, at_least: 2}",
            policy=BELOW,
        ),
    ),
)
