from tests.specification import answers
from tests.specification.entry import Entry, Example

ADULT = "{state: CA, birth_date: 1980-01-01}"
ENTRY = Entry(
    title="Whom a policy is for, where the request does not say",
    keys=(),
    text="A policy that may be for the line judges it, and approves nothing by itself: the line "
    "pends with `applicability_unknown` once its criteria are met, and the question is asked "
    "together with those of the criteria. Where a known fact leads to a person anyway, nothing is "
    "asked.",
    criteria="{fact: pain.daily, is: true}",
    policy="applies_to: {services: [example], states: [CA, NV], ages: {from: 18}}",
    examples=(
        Example("approve, asks for nothing", "Known to fit.", ("pain.daily: true",), member=ADULT),
        Example(
            "pend, asks for request.state",
            "Of the state nothing is said.",
            ("pain.daily: true",),
            member="{birth_date: 1980-01-01}",
        ),
        Example(
            "pend, asks for request.state",
            "There is no state ZZ.",
            ("pain.daily: true",),
            member="{birth_date: 1980-01-01, state: ZZ}",
        ),
        Example(
            "pend, asks for pain.daily, member.age, request.state",
            "Together with what the criteria lack.",
        ),
        Example("pend, asks for nothing", "Nothing could mend it.", ("pain.daily: false",)),
    ),
    answer=answers.questions,
    shows="the line",
)
