from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`reaches_sacrum`",
    keys=("Derived.reaches_sacrum",),
    text="Whether the line's segment includes S1 or a level below it.",
    criteria="{fact: line.reaches_sacrum, is: true}",
    policy="derived: {line.reaches_sacrum: {reaches_sacrum: true}}",
    examples=(
        Example("met", "S1 is its last level.", line="{segment: L4-S1}"),
        Example("not met", "It ends above.", line="{segment: L3-L5}"),
        Example(
            "unknown (absent)", "L6 is no level that every spine has.", line="{segment: L4-L6}"
        ),
    ),
)
