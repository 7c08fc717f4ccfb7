"""`python -m benchmarks.crash`: services killed under load, once embedded, once on real Kafka and PostgreSQL."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.crash.run import LEVELS, Sizes, crash, passed


def main() -> int:
    """Runs the levels asked for; 0 if nothing was lost, doubled or reordered on any of them and every log verifies."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--level", choices=(*LEVELS, "both"), default="both")
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    console = Console(stderr=True)
    results = [watched(console, level, given) for level in (LEVELS if given.level == "both" else (given.level,))]
    text = json.dumps({"levels": results, "passed": all(passed(result) for result in results)}, indent=1)
    sys.stdout.write(text + "\n")
    if given.json:
        given.json.write_text(text + "\n")
    return 0 if all(passed(result) for result in results) else 1


def watched(console: Console, level: str, given: argparse.Namespace) -> dict[str, Any]:
    """One level's result; what goes on meanwhile stands in the console's last line."""
    with console.status(level) as status:
        return crash(level, Sizes(given.cases, given.kills, given.replicas), given.seed, lambda line: status.update(f"{level}: {line}"))


if __name__ == "__main__":
    sys.exit(main())
