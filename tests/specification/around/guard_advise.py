from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

WEAK = """\
guards:
- id: weak
  when: {fact: exam.weakness, is: true}
  then: advise
  text: Weak.
  unknown_text: Nobody says whether the legs are weak.
"""
NAMED = """\
guards:
- id: severe
  when: {for_some: lesions, all: [{fact: lesion.severe, is: true}]}
  then: advise
  name_by: item
  call_within_minutes: 60
  text: Severe at {item} in {segment}.
"""
ENTRY = Entry(
    title="A guard that tells (`then: advise`)",
    keys=("Guard.unknown_text", "Guard.name_by", "Guard.call_within_minutes"),
    text="An advisory holds nothing. It is made where `when` is met, with `text`, and where it is "
    "unknown, with `unknown_text` (else the engine says that it could not be checked). "
    "`name_by: item` names it after each item of the list in `when`, `name_by` with a computed "
    "fact after the item that the fact stands for; `{item}` and `{segment}` in the text are filled "
    "in. `call_within_minutes` opens a call on the worklist, due that soon after receipt; nobody "
    "outside is promised a time.",
    criteria="{fact: pain.daily, is: true}",
    policy=WEAK,
    examples=(
        Example("weak: Weak.", "It is met.", ("exam.weakness: true",)),
        Example("", "It is not met: nothing is told.", ("exam.weakness: false",)),
        Example("weak: Nobody says whether the legs are weak.", "It is unknown."),
        Example(
            "severe:T6: Severe at T6 in T4-T8. (call within 60 minutes)",
            "Named after the item.",
            ("lesion.severe@T6: true", "lesion.severe@T7: false"),
            line="{segment: T4-T8}",
            policy=NAMED,
        ),
        Example(
            "severe: Not documented, so it could not be checked: Severe at no level named in "
            "T4-T8.",
            "No item is known.",
            line="{segment: T4-T8}",
            policy=NAMED,
        ),
    ),
    refused=(
        Refused(
            "always advises when unknown", policy=WEAK.replace("text", "unknown: pend\n  text", 1)
        ),
        Refused("needs for_some", policy=WEAK.replace("text", "name_by: item\n  text", 1)),
    ),
    answer=answers.advisory,
    shows="advisories",
)
