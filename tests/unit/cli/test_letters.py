"""What the list of a case's letters shows of a letter without documents."""

from __future__ import annotations

from rich.console import Console

from cli.services.letters import letters_table

LETTER = {"kind": "approval", "audience": "member", "language": "en", "render_failed": None}


def shown(**changes: object) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(letters_table([{**LETTER, "urls": [], **changes}]))
    return capture.get()


def test_a_letter_that_waits_and_one_that_cannot_be_rendered_are_told_apart():
    assert "being rendered" in shown()
    assert "cannot be rendered at present: template_sha256" in shown(
        render_failed="template_sha256"
    )
    assert "being rendered" not in shown(urls=["http://letters/v1/letters/one.pdf"])
