from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`acute`",
    keys=("PathSpec.acute", "VocabularySpec.acute_days"),
    text="A finding of an acute course that was last seen more than `acute_days` before receipt "
    "does not tell how it is now: it is asked when it was seen again, and no new test is "
    "asked for. It neither decides nor alarms. History, diagnoses and what lasts are not "
    "`acute` and never grow old.",
    criteria="{fact: exam.numbness, is: true}",
    examples=(
        Example("met", "Of this year.", ("exam.numbness: {value: true, observed_at: 2025-02-01}",)),
        Example(
            "not met", "Of this year.", ("exam.numbness: {value: false, observed_at: 2025-02-01}",)
        ),
        Example("met", "Without a date it counts as of today.", ("exam.numbness: true",)),
        Example(
            "unknown (old_evidence)",
            "Ten years old.",
            ("exam.numbness: {value: true, observed_at: 2015-01-01}",),
        ),
        Example(
            "met",
            "What is not acute lasts.",
            ("fracture.present: {value: true, observed_at: 2015-01-01}",),
            criteria="{fact: fracture.present, is: true}",
        ),
    ),
)
