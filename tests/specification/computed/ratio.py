from tests.specification.entry import Entry, Example, Refused

KEPT = "derived: {body.weight_kept: {percentage: {of: body.weight, to: body.weight_before}}}"
ENTRY = Entry(
    title="`ratio` and `percentage`",
    keys=("Derived.ratio", "Derived.percentage", "Quotient.of", "Quotient.to"),
    text="The first number (`of`) by the second (`to`), or in hundredths of it, exactly: a third "
    "is a third. Where the second is nought it is unknown. What is uncertain of either makes it "
    "uncertain, as far as ranges stay above nought; of others nothing is said. An operand may "
    "itself be computed, if it stands before.",
    criteria="{fact: body.weight_share, at_most: 0.9}",
    policy="derived: {body.weight_share: {ratio: {of: body.weight, to: body.weight_before}}}",
    examples=(
        Example("met", "90 by 100.", ("body.weight: 90", "body.weight_before: 100")),
        Example("not met", "91 by 100.", ("body.weight: 91", "body.weight_before: 100")),
        Example("unknown (absent)", "The weight before is missing.", ("body.weight: 90",)),
        Example(
            "unknown (illegible)",
            "Nothing can be divided by nought.",
            ("body.weight: 90", "body.weight_before: {value: 0, verified: true}"),
        ),
        Example(
            "unknown (uncertain)",
            "It may be nought.",
            ("body.weight: 90", "body.weight_before: {value: {low: 0, high: 200}, verified: true}"),
        ),
        Example(
            "met",
            "Between 0.6 and 0.9.",
            ("body.weight: 90", "body.weight_before: {value: {low: 100, high: 150}}"),
        ),
        Example(
            "met",
            "90 is 90 % of 100.",
            ("body.weight: 90", "body.weight_before: 100"),
            criteria="{fact: body.weight_kept, is: 90}",
            policy=KEPT,
        ),
        Example(
            "not met",
            "A third is more than 33.3 %.",
            ("body.weight: 40", "body.weight_before: 120"),
            criteria="{fact: body.weight_kept, at_most: 33.3}",
            policy=KEPT,
        ),
        Example(
            "met",
            "10 of 100 were lost, which was computed before.",
            ("body.weight: 90", "body.weight_before: 100"),
            criteria="{fact: body.weight_kept, is: 10}",
            policy="""\
derived:
  body.weight_lost: {difference: {of: body.weight_before, less: body.weight}}
  body.weight_kept: {percentage: {of: body.weight_lost, to: body.weight_before}}""",
        ),
    ),
    refused=(
        Refused(
            "is not known where",
            criteria="{fact: body.weight_kept, is: 10}",
            policy="""\
derived:
  body.weight_kept: {percentage: {of: body.weight_lost, to: body.weight_before}}
  body.weight_lost: {difference: {of: body.weight_before, less: body.weight}}""",
        ),
        Refused(
            "no single number",
            policy="derived: {body.weight_share: {ratio: {of: exam.strength, to: body.weight}}}",
        ),
    ),
)
