from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`levels_below`",
    keys=(
        "Criterion.levels_below",
        "LevelsBelow.of",
        "LevelsBelow.min",
        "LevelsBelow.max",
    ),
    text="The level of the fact lies from `min` to `max` levels below the level of another fact; "
    "negative numbers lie above. Levels are C1 to C7, T1 to T12, L1 to L5 and S1 to S5, from top "
    "to bottom.",
    criteria="{fact: exam.sensory_level, levels_below: {of: injury.level, min: 0, max: 2}}",
    examples=(
        Example("met", "T8 is two below T6.", ("injury.level: T6", "exam.sensory_level: T8")),
        Example("not met", "T9 is three.", ("injury.level: T6", "exam.sensory_level: T9")),
        Example("not met", "T5 is above.", ("injury.level: T6", "exam.sensory_level: T5")),
        *(
            Example(one.answer, one.why, ("injury.level: T6", *one.facts))
            for one in unusable("exam.sensory_level", "T8", "T9", "T13")
        ),
        Example("unknown (absent)", "The other level is needed too.", ("exam.sensory_level: T8",)),
        Example(
            "unknown (uncertain)",
            "One of the two levels would do.",
            ("injury.level: T6", "exam.sensory_level: {value: {any_of: [T8, T9]}}"),
        ),
    ),
    refused=(
        Refused(
            "compares two levels",
            "{fact: body.weight, levels_below: {of: injury.level, min: 0, max: 2}}",
        ),
        Refused(
            "min to max",
            "{fact: exam.sensory_level, levels_below: {of: injury.level, min: 2, max: 0}}",
        ),
    ),
)
