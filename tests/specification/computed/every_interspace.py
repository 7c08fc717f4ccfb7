from tests.specification.entry import Entry, Example

SEGMENT = "{segment: L3-L5}"
BOTH = ("slip.unstable@L3-L4: true", "slip.unstable@L4-L5: true")
EITHER = """\
derived:
  line.unstable_throughout:
    every_interspace:
      list: slips
      where: {any: [{fact: slip.unstable, is: true}, {fact: slip.painful, is: true}]}"""
ENTRY = Entry(
    title="`every_interspace`",
    keys=("Derived.every_interspace",),
    text="Whether every interspace of the line's segment is affected: both of its vertebrae lie in "
    "one item of a `list` that fits `where`. A doubtful item and a list that is not known to be "
    "complete leave it open (`assume_closed` takes it as complete). A line of one vertebra has no "
    "interspace, so the fact is absent. What each interspace must show is said in `where`, which "
    "may be any group of leaves about the item: where one of several findings is enough for an "
    "interspace, they are facts of one kind of item, and `where` is an `any` of them.",
    criteria="{fact: line.unstable_throughout, is: true}",
    policy="""\
derived:
  line.unstable_throughout:
    every_interspace:
      list: slips
      where: {fact: slip.unstable, is: true}""",
    examples=(
        Example("met", "L3-L4 and L4-L5 are the interspaces.", BOTH, line=SEGMENT),
        Example(
            "met",
            "L3, the upper vertebra, names L3-L4.",
            ("slip.unstable@L3: true", BOTH[1]),
            line=SEGMENT,
        ),
        Example("not met", "L3-L4 is not affected.", BOTH[1:], ("slips",), SEGMENT),
        Example("unknown (uncertain)", "Others may be unstable too.", BOTH[1:], (), SEGMENT),
        Example(
            "unknown (uncertain)",
            "Of L3-L4 it is not known.",
            ("slip.unstable@L3: {any_of: [true, false]}", BOTH[1]),
            ("slips",),
            SEGMENT,
        ),
        Example("unknown (absent)", "One vertebra.", BOTH, ("slips",), "{segment: L4}"),
        Example(
            "met",
            "L3-L4 is unstable and L4-L5 hurts: each shows one of the two.",
            ("slip.unstable@L3-L4: true", "slip.painful@L4-L5: true"),
            line=SEGMENT,
            policy=EITHER,
        ),
        Example(
            "not met",
            "L4-L5 shows none of the two.",
            (BOTH[0], "slip.unstable@L4-L5: false", "slip.painful@L4-L5: false"),
            ("slips",),
            SEGMENT,
            policy=EITHER,
        ),
    ),
)
