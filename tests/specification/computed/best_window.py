from tests.specification.entry import Entry, Example, Refused

ENTRY = Entry(
    title="`best_window`",
    keys=(
        "Derived.best_window",
        "BestWindow.list",
        "BestWindow.where",
        "BestWindow.assume_closed",
        "BestWindow.days",
        "BestWindow.since",
        "BestWindow.first_months",
    ),
    text="The most items that count in any `days` consecutive days, within the first "
    "`first_months` calendar months from the date in `since`. Each item is a day and is named by "
    "its date. Days that an open list leaves out may count.",
    criteria="{fact: nights.best, at_least: 2}",
    policy="""\
derived:
  nights.best:
    best_window:
      list: nights
      where: {fact: night.hours, at_least: 4}
      days: 3
      since: therapy.began
      first_months: 1
      assume_closed: false""",
    examples=(
        Example(
            "met",
            "Two nights of three in a row.",
            ("therapy.began: 2025-10-01", "night.hours@2025-10-01: 5", "night.hours@2025-10-03: 4"),
            closed=("nights",),
        ),
        Example(
            "not met",
            "They are too far apart.",
            ("therapy.began: 2025-10-01", "night.hours@2025-10-01: 5", "night.hours@2025-10-04: 4"),
            closed=("nights",),
        ),
        Example(
            "not met",
            "The second lies after the first month.",
            ("therapy.began: 2025-10-01", "night.hours@2025-10-31: 5", "night.hours@2025-11-01: 4"),
            closed=("nights",),
        ),
        Example(
            "unknown (uncertain)",
            "The report may leave nights out.",
            ("therapy.began: 2025-10-01", "night.hours@2025-10-01: 5"),
        ),
        Example(
            "unknown (uncertain)",
            "The second night may have been long enough.",
            (
                "therapy.began: 2025-10-01",
                "night.hours@2025-10-01: 5",
                "night.hours@2025-10-02: {value: {low: 3, high: 5}}",
            ),
            closed=("nights",),
        ),
        Example(
            "unknown (absent)",
            "The start is not documented.",
            ("night.hours@2025-10-01: 5",),
            closed=("nights",),
        ),
        Example(
            "unknown (illegible)",
            "The start lies after receipt.",
            ("therapy.began: 2025-12-01",),
            closed=("nights",),
        ),
        Example(
            "unknown (stale)",
            "The start was documented too long ago.",
            ("therapy.began: {value: 2025-03-01, observed_at: 2025-03-01}",),
            closed=("nights",),
        ),
        Example(
            "unknown (below_confidence)",
            "The start is not confirmed, or said of a group.",
            ("therapy.began: {value: 2025-10-01, certainty: probable}",),
            closed=("nights",),
        ),
        Example(
            "unknown (conflicting)",
            "Two sources name two days for the start.",
            ("therapy.began: 2025-10-01", "therapy.began: 2025-10-02"),
            closed=("nights",),
        ),
    ),
    refused=(
        Refused(
            "since",
            policy="derived: {nights.best: {best_window: {list: nights, where: {fact: night.hours, "
            "at_least: 4}, days: 3, first_months: 1}}}",
        ),
    ),
)
