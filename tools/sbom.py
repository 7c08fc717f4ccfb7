"""Writes what the product is made of as a CycloneDX 1.6 document (ECMA-424): every package that it
is installed with, at its pinned version.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
Json = dict[str, Any]


def bill(project: str, constraints: str) -> Json:
    """The document for a `pyproject.toml` and its pinned packages, as texts: the same for the same
    texts, so that it holds neither a time nor a serial number.
    """
    about = tomllib.loads(project)["project"]
    own = f"pkg:pypi/{about['name']}@{about['version']}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": about["name"],
                "version": about["version"],
                "description": about["description"],
                "licenses": [{"license": {"id": about["license"]}}],
                "purl": own,
            }
        },
        "components": list(_components(constraints)),
    }


def _components(constraints: str) -> Iterator[Json]:
    """Each pinned package; any of its files may be the one that is installed, on one platform or
    another, so that their digests are not those of the component.
    """
    for entry in constraints.replace("\\\n", " ").splitlines():
        if not (found := PINNED.match(entry)):
            continue
        purl = f"pkg:pypi/{_normal(found['name'])}@{found['version']}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": found["name"],
            "version": found["version"],
            "purl": purl,
            "properties": [
                {"name": "priorauth:file:sha256", "value": digest}
                for digest in sorted(HASH.findall(entry))
            ],
        }


def _normal(name: str) -> str:
    """A package's name as addresses have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    texts = (ROOT / file for file in ("pyproject.toml", "constraints-image.txt"))
    json.dump(bill(*(text.read_text(encoding="utf-8") for text in texts)), sys.stdout, indent=1)
    sys.stdout.write("\n")
