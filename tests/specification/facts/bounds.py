from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`possible` and `usual`",
    keys=("PathSpec.possible", "PathSpec.usual", "PathSpec.zero"),
    text="Every number has a range outside of which it cannot be, by definition: a value there is "
    "illegible. Outside of `usual` (where `zero` says so, nought is usual too) it is asked "
    "about once, with the reading that was perhaps meant: the same number in another unit, or "
    "without a slip of the decimal point. Sent again with `verified: true` it is taken as it "
    "stands, and a line that would be approved because of it goes to a person "
    "(`confirmed_extreme`). Both ends of an interval and all of several values have to be "
    "inside.",
    criteria="{fact: frailty.metres, at_most: 10}",
    examples=(
        Example("met", "Inside of both.", ("frailty.metres: 5",)),
        Example("not met", "Inside of both.", ("frailty.metres: 5000",)),
        Example("unknown (illegible)", "Nobody walks less than nothing.", ("frailty.metres: -5",)),
        Example("unknown (illegible)", "Half a metre is unusual.", ("frailty.metres: 0.5",)),
        Example("met", "Verified.", ("frailty.metres: {value: 0.5, verified: true}",)),
        Example("met", "Nought is usual.", ("frailty.metres: 0",)),
        Example(
            "unknown (illegible)",
            "One end cannot be.",
            ("frailty.metres: {value: {low: -1, high: 5}}",),
        ),
    ),
)
