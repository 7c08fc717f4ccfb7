from tests.specification.entry import Entry, Example

MEMBERS = """
- {fact: pain.daily, is: true}
- {fact: therapy.tried, is: true}
- {fact: fracture.present, is: true}
"""
ENTRY = Entry(
    title="2. A group can be settled while members are unknown",
    keys=(),
    text="One met member settles an `any`, one failed member an `all`, and an `at_least` is not "
    "met as soon as the number cannot be reached any more. What is unknown beside it is then not "
    "asked for.",
    criteria=f"at_least: 2\nof:{MEMBERS}",
    examples=(
        Example(
            "not met",
            "One is left: two are out of reach.",
            ("pain.daily: false", "therapy.tried: false"),
        ),
        Example("unknown (absent)", "Two are left: within reach.", ("pain.daily: false",)),
        Example("met", "The third no longer matters.", ("pain.daily: true", "therapy.tried: true")),
        Example("met", "One of any.", ("pain.daily: true",), criteria=f"any:{MEMBERS}"),
        Example("not met", "One of all.", ("pain.daily: false",), criteria=f"all:{MEMBERS}"),
    ),
)
