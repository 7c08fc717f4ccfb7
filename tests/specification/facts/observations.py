from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`observations` and `days`",
    keys=("PathSpec.observations", "PathSpec.days"),
    text="What several observations of one fact come to: they must "
    "`agree` (the default), the `latest` counts, or the `worst`, which is the lowest number. A "
    "later one outdoes one that is less sure, and where the `latest` counts one that is as sure. "
    "Of those that are left one may be less sure, but none may contradict another. Instants are "
    "compared as instants, days as days. One that is dated after receipt is illegible. With "
    "`days` the latest is stale once it is older; an observation without a date counts as made on "
    "the day of receipt.",
    criteria="{fact: body.weight, at_least: 80}",
    examples=(
        Example(
            "met",
            "The latest counts.",
            (
                "body.weight: {value: 70, observed_at: 2025-10-01}",
                "body.weight: {value: 85, observed_at: 2025-11-01}",
            ),
        ),
        Example(
            "unknown (conflicting)",
            "One without a date is neither later nor earlier.",
            ("body.weight: 70", "body.weight: {value: 85, observed_at: 2025-11-01}"),
        ),
        Example(
            "unknown (conflicting)",
            "The later one is less sure.",
            (
                "body.weight: {value: 85, observed_at: 2025-10-01}",
                "body.weight: {value: 70, observed_at: 2025-11-01, certainty: probable}",
            ),
        ),
        Example(
            "not met",
            "The latest is too light.",
            (
                "body.weight: {value: 85, observed_at: 2025-10-01}",
                "body.weight: {value: 70, observed_at: 2025-11-01}",
            ),
        ),
        Example(
            "met",
            "The later instant, although its day is the earlier one.",
            (
                "body.weight: {value: 85, observed_at: '2025-11-01T23:30:00-08:00'}",
                "body.weight: {value: 70, observed_at: '2025-11-02T06:00:00Z'}",
            ),
        ),
        Example(
            "unknown (illegible)",
            "Nobody has seen what lies ahead.",
            ("body.weight: {value: 85, observed_at: 2025-11-20}",),
        ),
        Example(
            "unknown (conflicting)",
            "Two latest ones.",
            (
                "body.weight: {value: 70, observed_at: 2025-11-01}",
                "body.weight: {value: 85, observed_at: 2025-11-01}",
            ),
        ),
        Example(
            "unknown (stale)",
            "91 days old.",
            ("body.weight: {value: 85, observed_at: 2025-08-16}",),
        ),
        Example(
            "met",
            "The worst of two counts.",
            ("oxygen.saturation: 86", "oxygen.saturation: 93"),
            criteria="{fact: oxygen.saturation, at_most: 88}",
        ),
        Example(
            "met",
            "They agree.",
            ("pain.daily: true", "pain.daily: true"),
            criteria="{fact: pain.daily, is: true}",
        ),
        Example(
            "unknown (conflicting)",
            "They do not, and the date does not matter.",
            (
                "pain.daily: {value: false, observed_at: 2025-10-01}",
                "pain.daily: {value: true, observed_at: 2025-11-01}",
            ),
            criteria="{fact: pain.daily, is: true}",
        ),
        Example(
            "unknown (illegible)",
            "One of them cannot be read.",
            ("pain.daily: true", "pain.daily: sometimes"),
            criteria="{fact: pain.daily, is: true}",
        ),
    ),
)
