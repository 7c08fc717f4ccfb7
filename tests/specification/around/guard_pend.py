from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

GUARD = """\
guards:
- id: infection
  when: {fact: infection.active, is: true}
  then: pend
  text: There is an infection."""
ENTRY = Entry(
    title="A guard that holds (`then: pend`)",
    keys=(
        "PolicySpec.guards",
        "Guard.id",
        "Guard.when",
        "Guard.then",
        "Guard.text",
        "Guard.unknown",
        "Guard.unless",
    ),
    text="An approval is held where `when` is met, and also where it is unknown, unless the guard "
    "says `unknown: advise`. With `unless` it does not fire where that is met. A guard never "
    "changes the criteria, and never refuses.",
    criteria="{fact: pain.daily, is: true}",
    policy=GUARD,
    examples=(
        Example(
            "approve (criteria_met)", "Ruled out.", ("pain.daily: true", "infection.active: false")
        ),
        Example(
            "pend (guard:infection)", "It fires.", ("pain.daily: true", "infection.active: true")
        ),
        Example("pend (guard:infection)", "Nobody ruled it out.", ("pain.daily: true",)),
        Example(
            "pend (criteria_not_met)",
            "The criteria decide first.",
            ("pain.daily: false", "infection.active: true"),
        ),
        Example(
            "approve (criteria_met), advises infection",
            "Unknown, it only tells.",
            ("pain.daily: true",),
            policy=f"{GUARD}\n  unknown: advise",
        ),
        Example(
            "pend (guard:infection)",
            "Unknown, it holds: the default, said.",
            ("pain.daily: true",),
            policy=f"{GUARD}\n  unknown: pend",
        ),
        Example(
            "approve (criteria_met)",
            "The exception is met.",
            ("pain.daily: true", "infection.active: true", "therapy.tried: true"),
            policy=f"{GUARD}\n  unless: {{fact: therapy.tried, is: true}}",
        ),
        Example(
            "pend (guard:infection)",
            "The exception is unknown.",
            ("pain.daily: true", "infection.active: true"),
            policy=f"{GUARD}\n  unless: {{fact: therapy.tried, is: true}}",
        ),
    ),
    refused=(
        Refused(
            "then",
            policy="guards: [{id: g, when: {fact: pain.daily, is: true}, then: deny, text: No.}]",
        ),
    ),
    answer=answers.outcome,
    shows="the line",
)
