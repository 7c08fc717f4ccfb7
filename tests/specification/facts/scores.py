from tests.specification import answers
from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="Score tables",
    keys=(
        "ScoreSpec.score",
        "ScoreSpec.version",
        "ScoreSpec.title",
        "ScoreSpec.source",
        "ScoreSpec.vocabulary",
        "ScoreSpec.items",
        "ScoreSpec.bands",
        "ItemSpec.id",
        "ItemSpec.fact",
        "ItemSpec.rows",
        "ItemSpec.measured",
        "ItemSpec.limited_by",
        "RowSpec.points",
        "RowSpec.values",
        "RowSpec.levels",
        "MeasuredSpec.fact",
        "MeasuredSpec.rows",
        "MeasuredRow.points",
        "MeasuredRow.above",
        "MeasuredRow.at_least",
        "MeasuredRow.below",
        "MeasuredRow.at_most",
        "LimitSpec.fact",
        "LimitSpec.one_of",
        "LimitSpec.to",
        "BandSpec.meaning",
        "BandSpec.low",
        "BandSpec.high",
    ),
    text="A table of `items`, each with the `points` of its fact's `values` or `levels`. Where "
    "nobody named the row, a `measured` number can stand for it, and `limited_by` says what "
    "another fact leaves possible. The total keeps every sum that can still be reached; the items "
    "that would settle its band are named.",
    criteria="{fact: frailty.score, at_least: 2}",
    policy="derived: {frailty.score: {score_table: frailty}}",
    examples=(
        Example("3", "1 and 2.", ("frailty.walking: slow", "injury.level: C5")),
        Example("0, 1, 2, 3, 4; settled by walking, injury", "Nothing is known."),
        Example("2, 3, 4", "The band is settled, the score is not.", ("injury.level: C5",)),
        Example(
            "1",
            "50 m stand for slow.",
            ("frailty.metres: 50", "injury.level: T6"),
        ),
        Example(
            "0, 1",
            "100 m are enough for normal, less is slow: either leaves the patient robust.",
            ("frailty.metres: {value: {low: 90, high: 110}}", "injury.level: T6"),
        ),
        Example(
            "1, 2; settled by walking",
            "Whoever needs an aid does not walk as usual.",
            ("frailty.aid: true", "injury.level: T6"),
        ),
        Example(
            "0, 2; settled by walking",
            "The row and the measurement contradict each other: either may be right.",
            ("frailty.walking: unable", "frailty.metres: 150", "injury.level: T6"),
        ),
    ),
    answer=answers.score,
    shows="the score can be",
)
