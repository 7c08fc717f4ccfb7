from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`applies_to`",
    keys=(
        "PolicySpec.applies_to",
        "AppliesTo.services",
        "AppliesTo.any_diagnosis",
        "AppliesTo.not_diagnosis",
    ),
    text="Which lines the policy judges: those of one of these `services` and, if they are given, "
    "of one of the diagnoses in `any_diagnosis`, and of none in `not_diagnosis`. A diagnosis that "
    "ends in `*` stands for all that begin so. A line that no policy is for goes to a person.",
    criteria="{fact: pain.daily, is: true}",
    policy="""\
applies_to:
  services: [example]
  any_diagnosis: [M54*, M80.0]
  not_diagnosis: [M54.2]""",
    examples=(
        Example("example 1.0.0", "M54.5 begins with M54.", line="{diagnoses: [M54.5]}"),
        Example("example 1.0.0", "One of two is enough.", line="{diagnoses: [Z99, M80.0]}"),
        Example("no_policy", "M80.01 is not M80.0.", line="{diagnoses: [M80.01]}"),
        Example("no_policy", "No diagnosis is stated."),
        Example(
            "no_policy",
            "One diagnosis that is left out is enough.",
            line="{diagnoses: [M54.5, M54.2]}",
        ),
        Example("no_policy", "Another service.", line="{services: [other], diagnoses: [M54.5]}"),
    ),
    refused=(Refused("at least 1", policy="applies_to: {services: []}"),),
    answer=answers.policy,
    shows="the line is judged by",
)
