from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`unless`",
    keys=("Criterion.unless",),
    text="A waiver beside any node. The node is met by itself or by the waiver, and the evidence "
    "says `waived` where the waiver is what carries it.",
    criteria="""\
fact: therapy.tried
is: true
unless: {fact: fracture.present, is: true}
""",
    examples=(
        Example("met", "It is met by itself.", ("therapy.tried: true",)),
        Example(
            "met (waived)",
            "It is not met by itself, and waived.",
            ("therapy.tried: false", "fracture.present: true"),
        ),
        Example(
            "met (waived)",
            "Nobody needs to say whether therapy was tried.",
            ("fracture.present: true",),
        ),
        Example(
            "not met",
            "Neither is met.",
            ("therapy.tried: false", "fracture.present: false"),
        ),
        Example("unknown (waived)", "The waiver is still possible.", ("therapy.tried: false",)),
        Example("unknown (absent)", "The waiver is ruled out.", ("fracture.present: false",)),
    ),
    refused=(Refused("Extra inputs", "{fact: therapy.tried, is: true, unless: {deny: true}}"),),
)
