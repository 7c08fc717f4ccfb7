"""The golden cases that stand beside each policy, by name, as the author's tools read them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from services.criteria.authoring.golden.cases import GoldenCase, load


def golden_cases() -> Iterator[tuple[str, GoldenCase]]:
    """Every golden case by `policy version: name`."""
    for policy in sorted(
        (resources.files("services.criteria") / "policies").iterdir(), key=lambda one: one.name
    ):
        for version in sorted(policy.iterdir(), key=lambda one: one.name):
            file = f"{policy.name} {version.name}"
            for case in load((version / "cases.yaml").read_text("utf-8"), f"{file}/cases.yaml"):
                yield f"{file}: {case.name}", case
