"""One embedded stack a folder, a folder of its own, and the last run's state out of the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.embedded.state_folder import DISPOSABLE, claimed, set_aside
from shared.errors import Impossible, Unavailable

RUN_ID = "0123456789abcdef"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "run.id").write_text(RUN_ID)
    (folder / "kept").touch()
    return folder


def test_a_second_stack_in_a_folder_is_refused_until_the_first_has_stopped(state: Path):
    first = claimed(state)

    with pytest.raises(Unavailable, match="name another folder with --state"):
        claimed(state)

    first.close()
    claimed(state).close()


@pytest.mark.parametrize("name", [".", "..", "/"])
def test_a_folder_that_would_be_moved_away_under_ones_feet_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")

    with pytest.raises(Impossible, match="Name a folder of the stack's own"):
        claimed(Path(name).absolute())

    assert [path.name for path in tmp_path.iterdir()] == ["inner"]


def test_a_file_is_no_state_folder(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(Impossible, match=r"is a file\. Name a folder"):
        claimed(tmp_path / "file")


def test_the_state_of_the_last_run_is_set_aside_under_its_id(state: Path):
    said: list[str] = []

    set_aside(state, said.append)

    assert not state.exists()
    assert (state.with_name(f"state-{RUN_ID}") / "kept").exists()
    assert f"state-{RUN_ID}" in said[0]


@pytest.mark.parametrize("content", [b"", b"\xff", b"../elsewhere", b"\x00" * 16])
def test_a_damaged_run_id_names_no_folder(state: Path, content: bytes):
    (state / "run.id").write_bytes(content)

    set_aside(state, lambda _: None)

    (aside,) = state.parent.iterdir()
    assert aside.name.startswith("state-")
    assert (aside / "kept").exists()


def test_what_a_finished_demo_left_is_replaced(state: Path):
    (state / DISPOSABLE).touch()

    set_aside(state, lambda _: None)

    assert list(state.parent.iterdir()) == []
