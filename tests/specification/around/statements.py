from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`statements`",
    keys=("PolicySpec.statements", "StatementSpec.when", "StatementSpec.text"),
    text="Sentences that the notice of an approved line may make, each where a named node is met. "
    "`{items}` are the items that met it.",
    criteria="""\
id: root
all:
- {fact: pain.daily, is: true}
- {id: came, for_some: visits, all: [{fact: visit.attended, is: true}]}
""",
    policy='statements: [{when: came, text: "The visits {items} took place."}]',
    examples=(
        Example(
            "The visits 1 and 3 took place.",
            "Approved.",
            (
                "pain.daily: true",
                "visit.attended@1: true",
                "visit.attended@2: false",
                "visit.attended@3: true",
            ),
        ),
        Example(
            "no statement",
            "The line is not approved.",
            ("pain.daily: false", "visit.attended@1: true"),
        ),
    ),
    refused=(
        Refused(
            "no node outside of lists is named nowhere",
            policy="statements: [{when: nowhere, text: Nothing.}]",
        ),
    ),
    answer=answers.statement,
    shows="the notice may say",
)
