"""The nightly run says of each long proof what came of it, and fails if one did."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.reliability.nightly import PROOFS, Proof, Verdict, judged, table, verdict

PROVE = "import sys; open(sys.argv[-1], 'w').write('{}'); print('figures'); sys.exit({})"


def proved(kept: Path, figures: str, code: int, *needs: str) -> Verdict:
    """The verdict on a proof that writes these figures and ends with this code."""
    program = PROVE.format(figures, code)
    proof = Proof("sweep", (), ("points", "failures"), needs)
    return judged(proof, kept, (sys.executable, "-c", program))


def test_a_proof_that_holds_passes_with_its_figures(tmp_path: Path):
    found = proved(tmp_path, '{"summary": {"points": 7421, "failures": 0}}', 0)

    assert (found.result, found.said) == ("passed", "7,421 points, 0 failures")
    assert (tmp_path / "sweep.log").read_text() == "figures\n"


def test_a_proof_that_does_not_hold_fails_and_says_where_to_read(tmp_path: Path):
    found = proved(tmp_path, '{"points": 7421, "failures": 2}', 1)

    assert found.result == "FAILED"
    assert found.said.startswith("exit code 1; 7,421 points, 2 failures; read ")


def test_a_proof_that_ends_before_it_has_figures_fails(tmp_path: Path):
    ended = judged(Proof("soak", (), ("lost",)), tmp_path, (sys.executable, "-c", "1 / 0"))

    assert (ended.result, "no figures" in ended.said) == ("FAILED", True)


def test_a_proof_whose_program_is_not_installed_is_left_out_by_name(tmp_path: Path):
    found = proved(tmp_path, "{}", 0, "no-such-program")

    assert (found.result, found.said) == ("left out", "needs no-such-program: not installed")


def test_the_run_fails_if_one_failed_or_none_ran():
    passed, failed, left = (Verdict("one", name, 60.0, "") for name in ("passed", "FAILED", "left"))

    assert [verdict(run) for run in ([passed, left], [passed, failed], [left], [])] == [0, 1, 1, 1]


def test_the_table_has_a_line_for_each_proof():
    lines = table([Verdict(proof.name, "passed", 90.0, "well") for proof in PROOFS])

    assert len(lines) == 1 + len(PROOFS)
    assert lines[1] == "simulate        passed        1.5  well"
