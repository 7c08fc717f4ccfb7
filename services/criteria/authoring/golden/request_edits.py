"""What the request itself says, said otherwise: the fields behind the facts of a request."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.body.procedures import CPT, HCPCS
from shared.events.request import (
    AuthorizationRequest,
    LineOfBusiness,
    ServiceCode,
    ServiceLine,
    Sex,
)

FIELDS = {
    "request.business": ("line_of_business", LineOfBusiness.UNKNOWN),
    "request.state": ("state", None),
    "member.sex": ("sex", Sex.UNKNOWN),
    "member.age": ("birth_date", None),
}
"""The field of the member, and what it is where nobody said."""


def saying(request: AuthorizationRequest, path: str, value: Any, day: date) -> AuthorizationRequest:
    """The request, received on `day`, in which a fact of it has this value; None: not said. What
    the other lines ask for is what they ask for.
    """
    if path in FIELDS:
        name, unsaid = FIELDS[path]
        given = unsaid if value is None else _field(path, value, day)
        member = request.member.model_copy(update={name: given})
        return request.model_copy(update={"member": member})
    if path.startswith("others."):
        return request
    lines = tuple(_line(one, path, value) for one in request.lines)
    return request.model_copy(update={"lines": lines})


def _field(path: str, value: Any, day: date) -> Any:
    match path:
        case "request.business":
            return LineOfBusiness(value)
        case "member.sex":
            return Sex(value)
        case "member.age":
            return date(max(day.year - int(value), 1), day.month, min(day.day, 28))
        case _:
            return value


def _line(line: ServiceLine, path: str, value: Any) -> ServiceLine:
    if path == "request.site":
        return line.model_copy(update={"site": value})
    if value is None:
        return line.model_copy(update={"codes": ()})
    codes: tuple[ServiceCode, ...]
    if path == "line.codes":
        codes = tuple(ServiceCode(system=_system(one), code=one) for one in value)
    else:
        update = {"units": max(int(value), 1)} if path == "line.units" else {"modifiers": value}
        codes = tuple(one.model_copy(update=update) for one in line.codes)
    return line.model_copy(update={"codes": codes})


def _system(code: str) -> str:
    return HCPCS if code[:1].isalpha() else CPT
