"""Runs pytest with a real Kafka and PostgreSQL in containers beside it, for the contract suites:
`python -m tests.backed [pytest arguments]`.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.e2e.containers import SUPERUSER, backing


def main() -> int:
    """Names the containers through `PRIORAUTH_TEST_*` and gives pytest's exit code back."""
    with backing() as base:
        named = {
            "PRIORAUTH_TEST_POSTGRES": base.postgres.url(SUPERUSER),
            "PRIORAUTH_TEST_BROKER": base.broker,
        }
        return subprocess.run(
            [sys.executable, "-m", "pytest", *sys.argv[1:]],
            env={**os.environ, **named},
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
