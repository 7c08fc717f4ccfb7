from tests.specification.entry import Entry, Example

EXAMINED = "{fact: exam.weakness, within_days: 30}"
ENTRY = Entry(
    title="8. A date of the future is unknown, and no date is today",
    keys=(),
    text="`within_days` looks back from the day of receipt. A later day is illegible: not met "
    "would blame the patient for a slip of the pen. Tomorrow is today somewhere on earth, and "
    "counts as today. Dates that stand for none (0001-01-01, 1900-01-01, "
    "9999-12-31) are absent. An observation without a date counts as made on the day of receipt, "
    "and the evidence says that its date was assumed.",
    criteria="{fact: therapy.began, within_days: 30}",
    examples=(
        Example("met", "Tomorrow.", ("therapy.began: 2025-11-16",)),
        Example("unknown (illegible)", "Two days ahead.", ("therapy.began: 2025-11-17",)),
        Example("unknown (absent)", "No date.", ("therapy.began: 1900-01-01",)),
        Example("unknown (illegible)", "Digits alone.", ("therapy.began: '20251110'",)),
        Example(
            "unknown (illegible)",
            "One of two days lies in the future.",
            ("therapy.began: {value: {any_of: ['2025-11-10', '2025-11-17']}}",),
        ),
        Example("not met", "Day 31.", ("therapy.began: 2025-10-15",)),
        Example(
            "met", "An examination without a date.", ("exam.weakness: false",), criteria=EXAMINED
        ),
        Example(
            "unknown (stale)",
            "The vocabulary's own limit of 90 days comes first.",
            ("exam.weakness: {value: false, observed_at: 2025-08-01}",),
            criteria=EXAMINED,
        ),
    ),
)
