from tests.specification.entry import Entry, Example, Refused

PROBABLE = "{fact: pain.daily, is: true, certainty: probable}"
ENTRY = Entry(
    title="`certainty`",
    keys=("Criterion.certainty",),
    text="How sure the source must be: `confirmed` unless the leaf says `probable` or `possible`. "
    "A less sure fact leaves the leaf unknown, whatever its value. Of several observations the "
    "surest count alone.",
    criteria=PROBABLE,
    examples=(
        Example(
            "met", "As sure as the leaf asks.", ("pain.daily: {value: true, certainty: probable}",)
        ),
        Example("met", "Surer.", ("pain.daily: true",)),
        Example("not met", "A probable no.", ("pain.daily: {value: false, certainty: probable}",)),
        Example(
            "unknown (below_confidence)",
            "Only possible.",
            ("pain.daily: {value: true, certainty: possible}",),
        ),
        Example(
            "unknown (below_confidence)",
            "Nor is it a no: nothing is sure enough.",
            ("pain.daily: {value: false, certainty: possible}",),
        ),
        Example(
            "met",
            "This leaf takes what is only possible.",
            ("pain.daily: {value: true, certainty: possible}",),
            criteria="{fact: pain.daily, is: true, certainty: possible}",
        ),
        Example(
            "unknown (below_confidence)",
            "This one takes nothing less than confirmed, as every leaf that says nothing.",
            ("pain.daily: {value: true, certainty: probable}",),
            criteria="{fact: pain.daily, is: true, certainty: confirmed}",
        ),
    ),
    refused=(Refused("belong to a fact", "{all: [{ref: x}], certainty: possible}"),),
)
