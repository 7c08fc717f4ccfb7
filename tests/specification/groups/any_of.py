from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`any`",
    keys=("Criterion.any",),
    text="One member must be met. A member that is met settles it, whatever else is unknown.",
    criteria="""\
any:
- {fact: pain.daily, is: true}
- {fact: therapy.tried, is: true}
""",
    examples=(
        Example("met", "One is met.", ("pain.daily: true", "therapy.tried: false")),
        Example("met", "What is unknown could not change it.", ("pain.daily: true",)),
        Example("not met", "None is met.", ("pain.daily: false", "therapy.tried: false")),
        Example("unknown (absent)", "The other member decides.", ("pain.daily: false",)),
        Example(
            "unknown (conflicting)",
            "A contradiction is no yes and no no.",
            ("pain.daily: false", "therapy.tried: true", "therapy.tried: false"),
        ),
    ),
    refused=(Refused("at least 1", "any: []"),),
)
