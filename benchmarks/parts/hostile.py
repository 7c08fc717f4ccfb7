"""`python -m benchmarks.parts.hostile [--json FILE]`: processor time until hostile input is
refused, at worst: policy files, and submissions of 10 MiB.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from benchmarks.testbed.machine import machine
from benchmarks.testbed.progress import tell
from services.criteria.engine.language.yaml_source import PolicyInvalid
from services.intake.handlers import read
from shared.errors import Malformed
from shared.events.submissions import FHIR_BUNDLE
from tests.unit.criteria.hostile import FILES, load
from tests.unit.intake.hostile import LARGE


def seconds(work: Callable[[], object], refused: type[Exception]) -> float:
    """Processor seconds of one refusal."""
    start = time.process_time()
    with suppress(refused):
        work()
    return round(time.process_time() - start, 3)


def measured() -> dict[str, object]:
    """The longest refusal of a policy file, and that of each submission."""
    policies = [seconds(partial(load, text), PolicyInvalid) for text in FILES]
    submissions = {
        name: seconds(partial(read, FHIR_BUNDLE, {}, value), Malformed)
        for name, (value, _) in LARGE.items()
    }
    return {
        "machine": machine(),
        "policy_files": len(policies),
        "policy_file_s_max": max(policies),
        "submission_s": submissions,
    }


def main() -> None:
    """Measures, and writes or prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    tell(measured(), given.json)


if __name__ == "__main__":
    main()
