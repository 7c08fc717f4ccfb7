"""HTTP reads of letters: a case's letters, and a letter's documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse
from sqlalchemy import Engine

from services.letters.store import StoredLetter, document, letters_of
from shared.access.actions import Action
from shared.web.access import allowed

MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
INERT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def routes(engine: Engine, folder: Path) -> APIRouter:
    """The read side: `GET /v1/cases/{case_id}/letters` and `GET
    /v1/letters/{letter_id}.pdf|.html|.txt`; `folder` holds the documents.
    """
    router = APIRouter()

    @router.get("/v1/cases/{case_id}/letters", dependencies=[allowed(Action.READ_LETTERS)])
    def letters(case_id: UUID) -> list[dict[str, Any]]:
        """A case's letters with their documents; empty before a notice. `render_failed` says why a
        letter cannot be rendered at present.
        """
        return [_entry(letter) for letter in letters_of(engine, case_id)]

    @router.get(
        "/v1/letters/{letter_id}.{form}",
        response_class=FileResponse,
        dependencies=[allowed(Action.READ_LETTER_DOCUMENT)],
    )
    def letter(letter_id: UUID, form: Literal["pdf", "html", "txt"]) -> FileResponse:
        """A letter's document; 404 until it is rendered."""
        found = document(engine, letter_id, form)
        if found is None or not (folder / found.path).is_file():
            raise HTTPException(404, "This document does not exist, or is not rendered yet.")
        return FileResponse(
            folder / found.path,
            media_type=MEDIA[form],
            headers={**INERT, "ETag": f'"{found.sha256}"'},
        )

    return router


def _entry(stored: StoredLetter) -> dict[str, Any]:
    """A letter as the list shows it; `path` and `sha256` are those of the PDF, null until it is
    rendered.
    """
    letter, documents, render_failed = stored
    main = next((one for one in documents if one.format == "pdf"), None)
    return {
        "letter_id": str(letter.letter_id),
        "notice_id": str(letter.notice_id),
        "kind": letter.kind,
        "audience": letter.audience,
        "language": letter.language,
        "content_sha256": letter.content_sha256,
        "path": main.path if main else None,
        "sha256": main.sha256 if main else None,
        "render_failed": render_failed,
        "documents": [
            {"format": one.format, "sha256": one.sha256, "size": one.size, "path": one.path}
            for one in documents
        ],
    }
