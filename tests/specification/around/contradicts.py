from tests.specification import answers
from tests.specification.entry import Entry, Example

NONE = "{fact: infection.active, is: false}"
SEPSIS = "{diagnoses: [M46.26]}"
ENTRY = Entry(
    title="`contradicts`",
    keys=(
        "VocabularySpec.contradicts",
        "ContradictionSpec.id",
        "ContradictionSpec.between",
        "ContradictionSpec.text",
        "ContradictionSpec.call_within_minutes",
        "SideSpec.fact",
        "SideSpec.is",
        "SideSpec.at_least",
        "SideSpec.at_most",
        "SideSpec.diagnosis",
    ),
    text="What a vocabulary knows cannot be true together: facts of the member, and diagnoses of "
    "the request (by their beginnings). It is told. A line goes to a person if its approval "
    "rests on one of the facts, that is if it would not be approved without it, and if the "
    "policy does not find it urgent; else it is approved, and `call_within_minutes` asks "
    "somebody to call.",
    criteria=NONE,
    examples=(
        Example("approve (criteria_met)", "Nothing contradicts it.", ("infection.active: false",)),
        Example(
            "pend (contradiction:infection), advises contradiction:infection",
            "The approval rests on it.",
            ("infection.active: false",),
            line=SEPSIS,
        ),
        Example(
            "approve (criteria_met), advises contradiction:infection",
            "The approval stands without it.",
            ("infection.active: false", "pain.daily: true"),
            line=SEPSIS,
            criteria="{fact: pain.daily, is: true}",
        ),
        Example(
            "approve (criteria_met), advises contradiction:walking",
            "Two facts.",
            ("pain.daily: true", "frailty.metres: 2000", "oxygen.saturation: 25"),
            criteria="{fact: pain.daily, is: true}",
        ),
    ),
    answer=answers.outcome,
    shows="the line",
)
