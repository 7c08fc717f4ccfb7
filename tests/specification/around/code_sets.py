from tests.specification import answers
from tests.specification.entry import Entry, Example

KNEE = "{services: [example], segment: T4-T8, codes: [{system: cpt, code: '27447'}]}"
ENTRY = Entry(
    title="Code sets",
    keys=(
        "CodeSetSpec.code_set",
        "CodeSetSpec.version",
        "CodeSetSpec.source",
        "CodeSetSpec.entries",
        "CodeSource.title",
        "CodeSource.edition",
        "CodeSource.url",
        "CodeEntry.codes",
        "CodeEntry.services",
        "CodeEntry.or",
        "CodeEntry.regions",
    ),
    text="A line asks for the services that its sender names and for those of its codes, by the "
    "code sets in force. An entry is for single codes, ranges (`22630-22634`) and beginnings "
    "(`2284*`) of CPT and HCPCS; numbers only. What only comes along with other codes names no "
    "service. Where the sender names one of `or`, the code belongs to that service and asks for no "
    "other. A line whose sender names no service, and one of whose codes is in no set, goes to a "
    "person. So does one whose codes name another part of the body than its segment, its services "
    "or each other. `regions` are `spine` or of it `cervical`, `thoracic`, `lumbar`, `sacral`, and "
    "`head`, `neck`, `shoulder`, `elbow`, `wrist`, `hand`, `chest`, `abdomen`, `pelvis`, `hip`, "
    "`knee`, `ankle`, `foot`. Modifiers behind a code (`22612-50`) do not change what it is.",
    criteria="{fact: line.includes_fusion, is: false}",
    examples=(
        Example(
            "approve (criteria_met)",
            "22610 asks for `example`, whose policy judges it.",
            line="{services: [], codes: [{system: cpt, code: '22610'}]}",
        ),
        Example(
            "pend (criteria_not_met)",
            "22612 asks for fusion as well.",
            line="{services: [], codes: [{system: CPT, code: '22612-59'}]}",
        ),
        Example(
            "approve (criteria_met)",
            "E0601 belongs to `example` here.",
            line="{services: [example], codes: [{system: hcpcs, code: e0601}]}",
        ),
        Example(
            "pend (no_policy)",
            "E0601 alone asks for another service.",
            line="{services: [], codes: [{system: hcpcs, code: E0601}]}",
        ),
        Example(
            "pend (no_policy)",
            "No set knows 99999.",
            line="{services: [], codes: [{system: cpt, code: '22610'}, {system: cpt, code: "
            "'99999'}]}",
        ),
        Example(
            "pend (codes_contradict), advises codes-contradict:1",
            "A knee is not in T4-T8.",
            line=KNEE,
        ),
    ),
    answer=answers.outcome,
    shows="the line is",
)
