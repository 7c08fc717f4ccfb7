"""`python -m tests.reliability.nightly`: the long proofs, one after another, and a table of what
came of them.

Figures and what the proofs print are kept in `.cache/nightly`, which each run empties first.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".cache" / "nightly"
BENCH = (sys.executable, "-m", "cli.main", "bench")
POSTGRES = Path("/usr/lib/postgresql")
"""Where Debian puts its programs, of which few are on the path."""
SERVERS = ("java", "mvn", "initdb")
NAMED = ("PRIORAUTH_BROKER", "PRIORAUTH_BENCH_POSTGRES")
"""With both set a run starts no servers of its own."""
AWAY = "--level real --kinds database-away --kills 1"
CASES = ("cases", "lost", "duplicate_effects", "reordered")


class Proof(NamedTuple):
    """A measurement of `priorauth bench` with its arguments.

    `counted` are the figures that its verdict tells, `needs` the programs without which it is left
    out. `shown`: its output is lines for people; else it is figures, which are only kept.
    """

    name: str
    arguments: tuple[str, ...]
    counted: tuple[str, ...]
    needs: tuple[str, ...] = ()
    shown: bool = False


class Verdict(NamedTuple):
    """What came of a proof: `passed`, `FAILED` or `left out`, and why."""

    name: str
    result: str
    seconds: float
    said: str


PROOFS = (
    Proof("simulate", ("simulate", "--seeds", "2000"), ("seeds", "violations"), shown=True),
    Proof("bugs", ("bugs",), ("bugs", "missed"), shown=True),
    Proof("crash-embedded", ("crash", "--level", "embedded"), CASES),
    Proof("crash-real", ("crash", "--level", "real"), CASES, SERVERS),
    Proof("soak", ("soak", "--minutes", "5"), CASES, SERVERS),
    Proof("sweep", ("sweep",), ("points", "failures"), ("strace",)),
)
NEVER = (
    "the sweep on PostgreSQL, unless PRIORAUTH_TEST_POSTGRES names a server",
    "more seeds: priorauth bench simulate --from 2000 --seeds 100000",
    "10,000 histories: PRIORAUTH_TEST_HISTORIES=10000 pytest tests/unit/criteria/test_histories.py",
    "1,000 foreign members: PRIORAUTH_TEST_FOREIGN=1000 pytest tests/cases/test_foreign_members.py",
    "2,000 requests: PRIORAUTH_TEST_REQUESTS=2000 pytest tests/unit/criteria/test_any_request.py",
    f"a database that is away for ten minutes: priorauth bench crash {AWAY}",
    "a soak of twenty minutes: priorauth bench soak",
)


def main() -> int:
    """0 if what ran has passed and something ran, 1 if not, 130 if it was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.nightly")
    parser.add_argument(
        "--only", nargs="+", choices=[proof.name for proof in PROOFS], help="run only these"
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    load, verdicts = os.getloadavg()[0], []
    try:
        for proof in PROOFS:
            asked = not given.only or proof.name in given.only
            verdicts.append(judged(proof, KEPT) if asked else left_out(proof, "was not asked for"))
    except KeyboardInterrupt:
        return 130
    finally:
        _say(
            "",
            f"{os.cpu_count()} cores, load {load:.1f} at the start and {os.getloadavg()[0]:.1f} at "
            f"the end",
            *table(verdicts),
            *(f"left out: {what}" for what in NEVER),
        )
    return verdict(verdicts)


def judged(proof: Proof, kept: Path, bench: Sequence[str] = BENCH) -> Verdict:
    """Runs a proof, if this machine can; its figures and its log are kept in a folder."""
    if lacks := _lacking(proof.needs):
        return left_out(proof, f"needs {', '.join(lacks)}: not installed")
    figures, log = kept / f"{proof.name}.json", kept / f"{proof.name}.log"
    _say("", f"{proof.name}: priorauth bench {' '.join(proof.arguments)}")
    began = time.monotonic()
    with log.open("wb") as kept_log:
        code = _ended(
            [*bench, *proof.arguments, "--json", str(figures)], None if proof.shown else kept_log
        )
    found = _counted(figures, proof.counted)
    why = found if code == 0 else f"exit code {code}; {found}"
    if code and not proof.shown:
        why += f"; read {log.relative_to(kept.parents[1])}"
    return Verdict(
        proof.name, "FAILED" if code else "passed", time.monotonic() - began, why.strip("; ")
    )


def _ended(command: list[str], output: IO[bytes] | None) -> int:
    """A command's exit code. Alone in its session it hears of an interruption from here, once, and
    stops what it had started before this goes on.
    """
    with subprocess.Popen(command, cwd=ROOT, stdout=output, start_new_session=True) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise


def _counted(figures: Path, names: Iterable[str]) -> str:
    """Figures in words; nothing where there are none."""
    if not figures.exists():
        return "no figures"
    told = json.loads(figures.read_text("utf-8"))
    told = told.get("summary", told)
    return ", ".join(f"{told[name]:,} {name.replace('_', ' ')}" for name in names)


def _lacking(needs: Iterable[str]) -> list[str]:
    """The programs that are needed and not installed."""
    if all(os.environ.get(name) for name in NAMED):
        needs = [name for name in needs if name not in SERVERS]
    return [
        name
        for name in needs
        if shutil.which(name) is None and not list(POSTGRES.glob(f"*/bin/{name}"))
    ]


def left_out(proof: Proof, why: str) -> Verdict:
    """The verdict on a proof that does not run."""
    return Verdict(proof.name, "left out", 0.0, why)


def verdict(verdicts: Sequence[Verdict]) -> int:
    """The exit code: 0 if something ran and nothing failed."""
    results = {one.result for one in verdicts}
    return 0 if "passed" in results and "FAILED" not in results else 1


def table(verdicts: Iterable[Verdict]) -> list[str]:
    """A line for each proof below a heading, in columns; times are in minutes."""
    return [
        f"{'proof':15} {'result':9} {'minutes':>7}  what came of it",
        *(f"{one.name:15} {one.result:9} {one.seconds / 60:7.1f}  {one.said}" for one in verdicts),
    ]


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
