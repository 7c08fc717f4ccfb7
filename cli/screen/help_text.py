"""Help texts from docstrings: a paragraph is one line, however it is wrapped in the source."""

from __future__ import annotations

import inspect

import typer


def unwrap(app: typer.Typer) -> None:
    """Gives every command of an application, at every depth, its docstring's paragraphs as help."""
    for command in app.registered_commands:
        if command.help is None and command.callback is not None:
            command.help = paragraphs(command.callback.__doc__ or "")
    for group in app.registered_groups:
        if group.typer_instance is not None:
            unwrap(group.typer_instance)


def paragraphs(text: str) -> str:
    """The text with the line breaks between its paragraphs alone."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n"))
