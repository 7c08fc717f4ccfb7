"""`python [-X interpreted] -m tests.policies.evaluations`: how the engine runs, then a digest of
the evaluation of every golden case and of some neighbours.
"""

from __future__ import annotations

import hashlib
import json
import sys
from itertools import islice
from uuid import UUID

from services.criteria.authoring.golden import cases as golden
from services.criteria.authoring.golden.neighbours import edited, edits
from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.runtime import leaves

EACH = 9
ID = UUID("00000000-0000-0000-0000-00000000000e")


def main() -> None:
    """Writes one JSON object."""
    found = {}
    for edition in packaged().editions:
        for case in golden.of(edition):
            neighbours = (
                edited(case, case.request, (one,)).request
                for one in islice(edits(edition, case), 0, None, EACH)
            )
            for at, request in enumerate((case.request, *neighbours)):
                told = evaluate(request, case.at).event(ID, 1).model_dump_json()
                found[f"{edition.ref.policy} {edition.ref.version}: {case.name}, {at}"] = (
                    hashlib.sha256(told.encode()).hexdigest()
                )
    json.dump({"compiled": not leaves.__file__.endswith(".py"), "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
