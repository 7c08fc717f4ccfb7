from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`type` and `allowed`",
    keys=(
        "VocabularySpec.vocabulary",
        "VocabularySpec.version",
        "VocabularySpec.paths",
        "VocabularySpec.lists",
        "PathSpec.type",
        "PathSpec.allowed",
        "PathSpec.step",
    ),
    text="A policy names its vocabulary as `vocabulary: example@1`. A fact is a `boolean`, one of "
    "a `choice`, a `set` of several things, a `number`, a spinal `level`, a `date` (2025-11-15) or "
    "a `text`; `allowed` are the values of a choice or a set. What does not fit is illegible, and "
    "never guessed: `yes` is no boolean, and `true` is not the number 1. `step` is the difference "
    "between two neighbouring numbers, which golden cases and mutants use.",
    criteria="{fact: pain.daily, is: true}",
    examples=(
        Example("met", "A boolean.", ("pain.daily: true",)),
        Example("not met", "A boolean.", ("pain.daily: false",)),
        Example("unknown (illegible)", "A text is no boolean.", ("pain.daily: 'yes'",)),
        Example(
            "unknown (illegible)",
            "A boolean is no number.",
            ("body.weight: true",),
            criteria="{fact: body.weight, at_least: 1}",
        ),
        Example(
            "unknown (illegible)",
            "Not among the allowed values, which are compared to the letter.",
            ("exam.tone: Normal",),
            criteria="{fact: exam.tone, is: normal}",
        ),
        Example(
            "met",
            "A text, to the letter.",
            ("device.name: LSO",),
            criteria="{fact: device.name, is: LSO}",
        ),
        Example(
            "not met",
            "Another text.",
            ("device.name: lso",),
            criteria="{fact: device.name, is: LSO}",
        ),
        Example(
            "unknown (illegible)",
            "No date of the calendar.",
            ("therapy.began: '2025-02-30'",),
            criteria="{fact: therapy.began, within_days: 300}",
        ),
    ),
)
