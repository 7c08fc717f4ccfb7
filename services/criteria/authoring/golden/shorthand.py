"""The short form of a golden case: a request that several cases start from, and only what each case
changes.

A file's `requests` are named beginnings: `line`, `member`, `facts` (`path` of the member,
`path@item` of an item whose kind the path begins with; a mapping with `value` is a whole fact) and
`closed` lists. A case names one as its `example` and says what differs: `set` puts facts in place
of those of the same path and subject, `drop` takes facts away (`path`, `path@item`, or `@item` for
all of an item), `closed` and `open` say which lists are complete, `line` and `member` change the
first line and the member, `each_day` gives every day from `from` on for `days` days an item with
this value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

Content = dict[str, Any]


def begun(name: str, given: Content) -> Content:
    """The request that a named beginning stands for, in the native format."""
    return {
        "sender": "golden",
        "reference": name,
        "member": {"id": "golden", **given.get("member", {})},
        "lines": [{"sequence": 1, **given["line"]}],
        "facts": [_fact(path, value) for path, value in given.get("facts", {}).items()],
        "lists": [{"name": one, "closed": True} for one in given.get("closed", [])],
    }


def changed(request: Content, case: Content) -> Content:
    """The request with what the short form of the case changes."""
    added = [_fact(path, value) for path, value in case.get("set", {}).items()]
    replaced = {(fact["path"], fact["subject"]) for fact in added}
    dropped = set(case.get("drop", []))
    kept = [
        fact
        for fact in request.get("facts", [])
        if (fact["path"], fact.get("subject", "member")) not in replaced
        and not _names(fact) & dropped
    ]
    stated = {one["name"]: one["closed"] for one in request.get("lists", [])}
    stated.update(
        dict.fromkeys(case.get("closed", []), True), **dict.fromkeys(case.get("open", []), False)
    )
    lines = [
        {**line, **(case.get("line", {}) if at == 0 else {})}
        for at, line in enumerate(request["lines"])
    ]
    return {
        **request,
        "member": {**request["member"], **case.get("member", {})},
        "lines": lines,
        "facts": [*kept, *added, *daily(case.get("each_day", []))],
        "lists": [{"name": name, "closed": closed} for name, closed in stated.items()],
    }


def daily(series: list[Content]) -> Iterator[Content]:
    """One fact for each day of a series; the day is the item's name."""
    for one in series:
        first = date.fromisoformat(str(one["from"]))
        for at in range(one["days"]):
            yield _fact(f"{one['path']}@{(first + timedelta(days=at)).isoformat()}", one["value"])


def plain(value: Any) -> Any:
    """A value of YAML as JSON carries it."""
    return value.isoformat() if isinstance(value, date) else float(value)


def copied(content: Content) -> Content:
    """The same content as JSON carries it, apart from the original."""
    found: Content = json.loads(json.dumps(content, default=plain))
    return found


def _fact(path: str, value: Any) -> Content:
    name, _, item = path.partition("@")
    whole = value if isinstance(value, dict) and "value" in value else {"value": value}
    return {
        "path": name,
        "subject": f"{name.partition('.')[0]}:{item}" if item else "member",
        **whole,
    }


def _names(fact: Content) -> set[str]:
    """What `drop` may call this fact."""
    item = fact.get("subject", "member").partition(":")[2]
    return {f"@{item}", f"{fact['path']}@{item}"} if item else {fact["path"]}
