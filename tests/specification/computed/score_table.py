from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`score_table`",
    keys=("Derived.score_table",),
    text="The total of a score table. Items that nobody documented leave every total possible that "
    "they could still make, so a score can settle a criterion long before it is complete.",
    criteria="{fact: frailty.score, at_least: 2}",
    policy="derived: {frailty.score: {score_table: frailty}}",
    examples=(
        Example("met", "2 and 2.", ("frailty.walking: unable", "injury.level: C5")),
        Example("met", "2 to 4: what is missing could not change it.", ("injury.level: C5",)),
        Example("not met", "1 and 0.", ("frailty.walking: slow", "injury.level: T6")),
        Example("unknown (uncertain)", "0 to 2.", ("injury.level: T6",)),
        Example("unknown (uncertain)", "0 to 4."),
        Example(
            "unknown (uncertain)",
            "A contradiction settles no item.",
            ("frailty.walking: unable", "frailty.walking: normal", "injury.level: T6"),
        ),
    ),
    refused=(Refused("no score vigour", policy="derived: {frailty.score: {score_table: vigour}}"),),
)
