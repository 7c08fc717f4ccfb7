"""Named example requests, all synthetic: for tests, the demo, benchmarks and the documentation.

Every example is a fresh dictionary in the native format (`AuthorizationRequestSubmitted`). Facts
follow a published account of one case; payer, state, provider, codes and documents are ours, and
facts whose date nobody documented carry none.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

Example = dict[str, Any]


def load(name: str) -> Example:
    """The example in `<name>.json` of this package."""
    found: Example = json.loads(
        resources.files("shared.examples").joinpath(f"{name}.json").read_text("utf-8")
    )
    return found


def reference_case() -> Example:
    """Metastatic disease of the spine: line 1 (T4-T8) rests on cord compression at T6, line 2
    (L4-S1) on cauda equina syndrome with L5.
    """
    return load("reference_case")


def without_bladder_sign() -> Example:
    """The reference case, bladder function not documented: line 2 rests on it."""
    case = reference_case()
    case["reference"] = "REF-0001-B"
    case["facts"] = [fact for fact in case["facts"] if fact["path"] != "exam.bladder_dysfunction"]
    return case


def without_t6_lesion() -> Example:
    """The reference case, the lesion at T6 not documented, and so the list of lesions no longer
    complete: line 1 rests on it.
    """
    case = reference_case()
    case["reference"] = "REF-0001-T"
    case["facts"] = [fact for fact in case["facts"] if fact.get("subject") != "lesion:T6"]
    case["lists"] = [
        {**one, "closed": one["closed"] and one["name"] != "lesions"} for one in case["lists"]
    ]
    return case


def bariatric_without_bmi() -> Example:
    """Bariatric surgery with everything documented but the body mass index."""
    return load("bariatric_without_bmi")
