from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

SEVERE = ("pain.daily: true", "exam.weakness: true", "therapy.tried: false")
MILD = ("pain.daily: true", "exam.weakness: false")
CODE = "{codes: [{system: hcpcs, code: L0625}]}"
BRANCHES = """\
definitions:
- {id: mild, fact: exam.weakness, is: false}
- {id: old, fact: therapy.tried, is: true}
outcomes:
  valid_days: 365
  branches:
  - when: mild
    valid_days: 60
    not_codes: [L0631]
    max_units: 2
    text: Mild pain takes no rigid brace.
  - {when: old, valid_days: 30}"""
UNNAMED = BRANCHES.replace("when: old", "when: none")
ENTRY = Entry(
    title="`outcomes` and `decision`",
    keys=(
        "PolicySpec.outcomes",
        "OutcomesSpec.valid_days",
        "OutcomesSpec.branches",
        "BranchSpec.when",
        "BranchSpec.valid_days",
        "BranchSpec.not_codes",
        "BranchSpec.max_units",
        "BranchSpec.text",
        "PolicySpec.decision",
        "Decision.approve_when",
        "Decision.otherwise",
    ),
    text="For how many days an approval holds, and the one thing that a policy cannot say "
    "otherwise: met criteria approve, and everything else goes to a person. In `branches`, `when` "
    "is the name of a node outside of lists: where it is met, an approval is valid for no more "
    "than its `valid_days` (of several branches, the least), and a line that asks for one of its "
    "`not_codes`, or for more than `max_units` of a code, goes to a person with `text`. Nothing is "
    "taken from such a line. A limit whose branch is unknown holds too, and so does one on codes "
    "where the line names none: what would settle it is asked for.",
    criteria="{fact: pain.daily, is: true}",
    policy="outcomes: {valid_days: 30}\ndecision: {approve_when: root_met, otherwise: pend}",
    examples=(
        Example("approve for 30 days", "Met.", ("pain.daily: true",)),
        Example(
            "approve for 90 days", "Nothing said.", ("pain.daily: true",), policy="precedence: 0"
        ),
        Example("approve for 365 days", "In no branch.", SEVERE, policy=BRANCHES),
        Example("approve for 60 days", "In one.", MILD, line=CODE, policy=BRANCHES),
        Example(
            "approve for 30 days",
            "In two: the least counts.",
            (*MILD, "therapy.tried: true"),
            line=CODE,
            policy=BRANCHES,
        ),
        Example(
            "pend (limit:mild) for 60 days: Mild pain takes no rigid brace.",
            "It asks for such a code.",
            MILD,
            line="{codes: [{system: hcpcs, code: L0631}]}",
            policy=BRANCHES,
        ),
        Example(
            "approve for 60 days",
            "It asks for another.",
            MILD,
            line="{codes: [{system: hcpcs, code: L0625}]}",
            policy=BRANCHES,
        ),
        Example(
            "approve for 365 days",
            "In another branch it may ask for it.",
            SEVERE,
            line="{codes: [{system: hcpcs, code: L0631}]}",
            policy=BRANCHES,
        ),
        Example(
            "pend (limit:mild) for 60 days: Mild pain takes no rigid brace.",
            "More than two of a code.",
            MILD,
            line="{codes: [{system: hcpcs, code: L0625, units: 3}]}",
            policy=BRANCHES,
        ),
        Example(
            "pend (limit:mild) for 365 days: Not documented, so it could not be checked: Mild "
            "pain takes no rigid brace.",
            "Whether the branch is met is unknown.",
            ("pain.daily: true",),
            line="{codes: [{system: hcpcs, code: L0631}]}",
            policy=BRANCHES,
        ),
    ),
    refused=(
        Refused(
            "no node outside of lists is named none",
            policy=UNNAMED,
        ),
        Refused("in one branch only", policy=BRANCHES.replace("when: old", "when: mild")),
        Refused("need a text", policy="outcomes: {branches: [{when: mild, max_units: 1}]}"),
        Refused("needs valid_days", policy="outcomes: {branches: [{when: mild}]}"),
        Refused("pend", policy="decision: {approve_when: root_met, otherwise: deny}"),
        Refused("greater than or equal to 1", policy="outcomes: {valid_days: 0}"),
    ),
    answer=answers.validity,
    shows="the line",
)
