"""The criteria engine: policies as data, evaluated in three-valued logic.

Its hot modules make every result; they are compiled together (`shared.compiled`).
"""

from shared.compiled import CompiledGroup

ENGINE = CompiledGroup(
    "services.criteria.engine",
    {
        "services.criteria.engine.logic": ("values", "comparisons"),
        "services.criteria.engine.runtime": (
            "facts",
            "observations",
            "fact_table",
            "scope",
            "leaves",
            "level_and_date_leaves",
            "groups",
            "lists",
            "derivations",
            "best_window",
        ),
        "services.criteria.engine.answer": (
            "prepared_request",
            "judge",
            "evidence",
            "ways",
            "ground",
        ),
        "services.criteria.engine.answer.advisories": ("emergency",),
        "services.criteria.engine.triage": ("combinations", "observations", "assessment"),
    },
)
