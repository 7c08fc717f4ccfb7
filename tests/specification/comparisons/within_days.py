from tests.specification.entry import Entry, Example, Refused, unusable

ENTRY = Entry(
    title="`within_days`",
    keys=("Criterion.within_days",),
    text="The date lies at most so many days before the day of receipt; here that is 2025-11-15. "
    "Of any other fact, the day of its observation does, and an observation without a date counts "
    "as made on the day of receipt. A day after receipt is illegible, but for "
    "the next one, which it may be elsewhere.",
    criteria="{fact: therapy.began, within_days: 30}",
    examples=(
        Example("met", "The day of receipt is day 0.", ("therapy.began: 2025-11-15",)),
        Example("met", "30 days before.", ("therapy.began: 2025-10-16",)),
        Example("not met", "31 days before.", ("therapy.began: 2025-10-15",)),
        *unusable("therapy.began", "2025-11-01", "2025-10-01", "in spring"),
        Example(
            "unknown (illegible)",
            "A day of the future is no answer.",
            ("therapy.began: 2025-11-17",),
        ),
        Example(
            "unknown (uncertain)",
            "One of the two days would do.",
            ("therapy.began: {value: {any_of: ['2025-11-01', '2025-10-01']}}",),
        ),
        Example(
            "met",
            "The examination was made in time, whatever it found.",
            ("exam.weakness: {value: false, observed_at: 2025-11-01}",),
            criteria="{fact: exam.weakness, within_days: 30}",
        ),
        Example(
            "not met",
            "It was made 40 days before.",
            ("exam.weakness: {value: false, observed_at: 2025-10-06}",),
            criteria="{fact: exam.weakness, within_days: 30}",
        ),
    ),
    refused=(Refused("greater than or equal to 0", "{fact: therapy.began, within_days: -1}"),),
)
