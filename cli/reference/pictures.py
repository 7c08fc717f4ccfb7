"""What services read of reference data, and what was published, as a person sees it."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from cli.screen.safe import safe

Json = dict[str, Any]
MOST_LINES = 200
"""Lines of a difference that are shown; all of them are in the JSON."""


def known_picture(service: str, found: Json) -> RenderableType:
    """What a service decides by now and later, and the last publications."""
    table = Table(title=f"What {service} decides by", title_justify="left")
    for heading in ("kind", "name", "from", "comes from", "hash"):
        table.add_column(heading)
    for state, entries in (("", found["active"]), ("planned ", found["planned"])):
        for one in entries:
            since = one["active_from"] or "the beginning"
            table.add_row(
                *(safe(text) for text in (one["kind"], one["id"], f"{state}{since}")),
                safe(one["source"]),
                safe(one["sha256"][:12]),
            )
    history = Table(title="Publications, the newest first", title_justify="left")
    for heading in ("at", "outcome", "what", "by", "why"):
        history.add_column(heading)
    for one in found["publications"]:
        what = ", ".join(f"{item['kind']} {item['id']}" for item in one["items"])
        cells = (one["at"], one["outcome"], what, one["published_by"], one["detail"])
        history.add_row(*map(safe, cells))
    return Group(table, *([history] if found["publications"] else []))


def published_picture(found: Json) -> RenderableType:
    """What a publication changes, and what came of it."""
    lines = found["difference"]
    shown = [safe(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"... and {len(lines) - MOST_LINES} lines more (--json has all)")
    named = safe(f"{found['kind']} {found['id']}")
    sets = ", ".join(f"{service} {one[:12]}" for service, one in found["sets"].items())
    last = {
        "unchanged": f"{named} is in force as it stands in the file: nothing was published.",
        "checked": f"{named} could be published; nothing was.",
        "taken_up": f"{named} was taken up. `priorauth reference list` shows from when on.",
        "in_force": f"{named} is in force: set {safe(sets)}.",
    }
    return Group(*shown, last[found["outcome"]])
