from tests.specification import answers
from tests.specification.entry import Entry, Example

ENTRY = Entry(
    title="`source_rank` and `precedence`",
    keys=("PolicySpec.source_rank", "PolicySpec.precedence"),
    text="Where several editions are for a line and in force, the one of the highest source judges "
    "it: `ncd` before `lcd` before `internal`; of equal rank the one of the higher "
    "`precedence`. If that leaves several, a person must choose. Here "
    "the other policy is an `lcd` of precedence 1.",
    criteria="{fact: pain.daily, is: true}",
    policy="source_rank: lcd\nprecedence: 0",
    beside=("policy: other\nsource_rank: lcd\nprecedence: 1",),
    examples=(
        Example("other 1.0.0", "It has the higher precedence."),
        Example("example 1.0.0", "Now this one has.", policy="source_rank: lcd\nprecedence: 2"),
        Example(
            "example 1.0.0",
            "Rank comes before precedence.",
            policy="source_rank: ncd\nprecedence: 0",
        ),
        Example(
            "other 1.0.0", "The same the other way.", policy="source_rank: internal\nprecedence: 9"
        ),
        Example("several_policies", "Equal.", policy="source_rank: lcd\nprecedence: 1"),
    ),
    answer=answers.policy,
    shows="the line is judged by",
)
