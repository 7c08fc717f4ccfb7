from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`citations` with their `population`, and `why_not`",
    keys=(
        "PolicySpec.citations",
        "CitationSpec.id",
        "CitationSpec.title",
        "CitationSpec.population",
        "Criterion.why_not",
    ),
    text="A reference in the literature and the patients whom it studied, as criteria. It decides "
    "nothing; the evaluation says of each line whether the study is about such a patient, and with "
    "the `why_not` of its members why not.",
    criteria="{fact: pain.daily, is: true}",
    policy="""\
citations:
- id: study
  title: An invented study
  population:
    all:
    - {fact: fracture.present, is: true, why_not: the study took patients with a fracture}
    - {fact: infection.active, is: false, why_not: nobody had an infection}""",
    examples=(
        Example(
            "applies: Applies: the patient fits the population of the study.",
            "It is met.",
            ("fracture.present: true", "infection.active: false"),
        ),
        Example(
            "does not apply: Does not apply: the study took patients with a fracture.",
            "It is not met.",
            ("fracture.present: false",),
        ),
        Example(
            "cannot be told: Cannot be told; open is whether: nobody had an infection.",
            "It is unknown.",
            ("fracture.present: true",),
        ),
    ),
    refused=(
        Refused(
            "cites what the policy does not list",
            "{fact: pain.daily, is: true, citations: [handbook]}",
        ),
    ),
    answer=answers.citation,
    shows="the study",
)
