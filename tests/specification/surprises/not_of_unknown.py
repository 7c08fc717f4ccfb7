from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="1. The opposite of unknown is unknown",
    keys=(),
    text="`none` turns met and not met round and leaves unknown as it is. “No infection” is met "
    "only where somebody ruled the infection out.",
    criteria="none: [{fact: infection.active, is: true}]",
    examples=(
        Example("unknown (absent)", "Nobody looked."),
        Example(
            "unknown (below_confidence)",
            "Somebody suspects it.",
            ("infection.active: {value: true, certainty: possible}",),
        ),
        Example("met", "Ruled out.", ("infection.active: false",)),
        Example(
            "unknown (absent)",
            "`is: false` is no way around it: silence is no no.",
            criteria="{fact: infection.active, is: false}",
        ),
    ),
)
