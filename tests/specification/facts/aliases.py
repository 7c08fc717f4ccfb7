from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`aliases`",
    keys=("VocabularySpec.aliases",),
    text="Other spellings of a fact's name, for those who send it; policies use the one under "
    "`paths`. A name that is neither is told to the sender, with the one that it comes "
    "nearest to, and so are subjects, services and lists that nobody knows; their values are "
    "never told. A list that such a name may belong to is not complete, whatever the request "
    "says.",
    criteria="{fact: pain.daily, is: true}",
    examples=(
        Example("met", "Its other name.", ("pain.every_day: true",)),
        Example("not met", "Its other name.", ("pain.every_day: false",)),
        Example(
            "unknown (conflicting)", "One fact.", ("pain.every_day: true", "pain.daily: false")
        ),
        Example("unknown (absent)", "No name of any fact.", ("pain.dayly: true",)),
        Example(
            "unknown (open_list)",
            "Something of a visit that nobody can read.",
            ("visit.attended@2: false", "visit.attendd@2: true"),
            ("visits",),
            criteria="{for_some: visits, all: [{fact: visit.attended, is: true}]}",
        ),
    ),
)
