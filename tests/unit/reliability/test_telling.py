"""Progress where nobody watches a terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from benchmarks.testbed.progress import lines, progress


def test_a_log_gets_a_line_at_once_and_then_one_in_ten_seconds_at_most() -> None:
    written: list[str] = []
    times = iter([100.0, 100.0, 104.0, 109.9, 110.0, 112.0, 500.0])
    say = lines(written.append, lambda: next(times))
    for line in ("a", "b", "c", "d", "e", "f"):
        say(line)
    assert written == ["0 s, a", "10 s, d", "400 s, f"]


def test_without_a_terminal_progress_is_still_told() -> None:
    log = StringIO()
    with progress(Console(file=log), "soak") as say:
        say("measuring the peak of [3] minutes")
    assert log.getvalue() == "soak: 0 s, measuring the peak of [3] minutes\n"
