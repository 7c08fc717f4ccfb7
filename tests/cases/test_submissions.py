"""What becomes of each request that is sent over HTTP, native or as a FHIR bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.conversation import conversation
from tests.cases.matching import check
from tests.cases.platform import running
from tests.cases.sight import seen
from tests.cases.table import Case, Different, params


@pytest.mark.parametrize("case", params("submissions"))
def test_a_submission_ends_as_a_careful_payer_would_have_it(
    case: Case, stores: Path, tmp_path: Path
):
    with running(stores, tmp_path / "platform", documents=case.reads_letters) as platform:
        answer = conversation(platform, case)
        found = seen(platform, answer)

    if found["parked"]:
        raise Different(f"{case.name} stopped a service: {found['parked']}")
    check(case, found)
