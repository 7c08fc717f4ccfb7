from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`age_at`",
    keys=("Derived.age_at", "PolicySpec.derived"),
    text="Whole years from the member's date of birth to receipt. A policy computes a fact by "
    "naming it under `derived`; the vocabulary says of which facts it may (`derive: policy`).",
    criteria="{fact: member.age, at_least: 18}",
    policy="derived: {member.age: {age_at: receipt}}",
    examples=(
        Example("met", "18 on the day of receipt.", member="{birth_date: 2007-11-15}"),
        Example("not met", "18 a day later.", member="{birth_date: 2007-11-16}"),
        Example("unknown (absent)", "The date of birth is asked for."),
    ),
    refused=(
        Refused("receipt", policy="derived: {member.age: {age_at: discharge}}"),
        Refused("that the policy does not compute", policy=""),
        Refused(
            "no fact that a policy computes",
            "{fact: pain.daily, is: true}",
            "derived: {pain.daily: {age_at: receipt}}",
        ),
        Refused(
            "exactly one function",
            policy="derived: {member.age: {age_at: receipt, score_table: frailty}}",
        ),
    ),
)
