from tests.specification.entry import Entry, Example, Refused

EVERY = """\
for_every: visits
where: {fact: visit.attended, is: true}
all:
- {fact: visit.useful, is: true}
"""
SOME = EVERY.replace("for_every", "for_some")
ATTENDED = ("visit.attended@1: true", "visit.useful@1: true")
MISSED = ("visit.attended@2: false", "visit.useful@2: false")
ENTRY = Entry(
    title="`where`",
    keys=("Criterion.where",),
    text="Which items the list is about. With `for_some` an item must fit and meet the body; with "
    "`for_every` an item that does not fit is left out. An item of which it is unknown whether it "
    "fits may count.",
    criteria=EVERY,
    examples=(
        Example("met", "Visit 2 is left out.", (*ATTENDED, *MISSED), closed=("visits",)),
        Example(
            "met",
            "It need not be known whether it fits: it meets the body.",
            ("visit.useful@1: true",),
            closed=("visits",),
        ),
        Example("met", "No item fits, and none fails.", MISSED, closed=("visits",)),
        Example(
            "not met", "It fits and fails.", ("visit.attended@1: true", "visit.useful@1: false")
        ),
        Example(
            "unknown (absent)",
            "It fails, if it fits at all.",
            ("visit.useful@1: false",),
            closed=("visits",),
        ),
        Example("unknown (open_list)", "There may be another that fits.", ATTENDED),
        Example("met", "It fits and meets the body.", ATTENDED, criteria=SOME),
        Example("not met", "It does not fit.", MISSED, closed=("visits",), criteria=SOME),
        Example(
            "unknown (absent)",
            "It meets the body, if it fits at all.",
            ("visit.useful@1: true",),
            closed=("visits",),
            criteria=SOME,
        ),
    ),
    refused=(
        Refused(
            "where belongs to",
            "{all: [{fact: pain.daily, is: true}], where: {fact: pain.daily, is: true}}",
        ),
    ),
)
