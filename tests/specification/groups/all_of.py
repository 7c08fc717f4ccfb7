from tests.specification.entry import Entry, Example, Refused

BOTH = """\
all:
- {fact: pain.daily, is: true}
- {fact: therapy.tried, is: true}
"""
ENTRY = Entry(
    title="`all`",
    keys=("Criterion.all",),
    text="Every member must be met. One member that is not met settles it, whatever else is "
    "unknown.",
    criteria=BOTH,
    examples=(
        Example("met", "Both are met.", ("pain.daily: true", "therapy.tried: true")),
        Example("not met", "One is not met.", ("pain.daily: true", "therapy.tried: false")),
        Example(
            "not met",
            "What is unknown could not change it, so nothing is asked.",
            ("therapy.tried: false",),
        ),
        Example("unknown (absent)", "The other member decides.", ("pain.daily: true",)),
        Example(
            "unknown (absent, conflicting)",
            "Two members are unknown for two reasons.",
            ("pain.daily: true", "pain.daily: false"),
        ),
    ),
    refused=(
        Refused("at least 1", "all: []"),
        Refused(
            "one group",
            "{all: [{fact: pain.daily, is: true}], any: [{fact: pain.daily, is: true}]}",
        ),
    ),
)
