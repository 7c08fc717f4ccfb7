"""Every service has its own keys, and none that it does not need."""

from pathlib import Path

import pytest

from shared.access.key_folder import (
    USES,
    add_key,
    drop_keys,
    key_path,
    make_keys,
    pair_use,
    service_keys,
    use_key,
)
from shared.access.service_keys import key_name
from shared.errors import Impossible
from shared.events.intake import INTAKE


def test_no_two_uses_have_one_key_and_only_pairs_share_theirs(tmp_path: Path):
    files = make_keys(tmp_path)

    contents = [file.path.read_bytes() for file in files]
    assert len(set(contents)) == len(contents)
    for file in files:
        readers = {
            path.parent.name
            for path in tmp_path.rglob("*.key")
            if path.read_bytes() == file.path.read_bytes()
        }
        assert readers == set(file.readers)


def test_what_is_there_is_not_made_anew(tmp_path: Path):
    make_keys(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.key")}
    key_path(tmp_path, "audit", pair_use("intake", "audit")).unlink()

    again = make_keys(tmp_path)

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.key")} == before
    assert not any(file.new for file in again)


def test_a_producer_and_its_reader_hold_one_key_of_which_no_other_knows(tmp_path: Path):
    make_keys(tmp_path)
    keys = {service: service_keys(tmp_path, service) for service in USES}

    sealed_with = set(keys["intake"].pairs.seals)
    readers = {
        service: one.pairs.checks[INTAKE]
        for service, one in keys.items()
        if INTAKE in one.pairs.checks
    }
    assert set(readers) == {"criteria", "letters", "audit"}
    assert {key for known in readers.values() for key in known} == sealed_with
    assert len(sealed_with) == 3


@pytest.mark.parametrize("service", USES)
def test_a_service_without_one_of_its_keys_is_told_the_command_that_makes_it(
    tmp_path: Path, service: str
):
    make_keys(tmp_path)
    next((tmp_path / service).glob("*.key")).unlink()

    with pytest.raises(Impossible) as refused:
        service_keys(tmp_path, service)
    assert str(refused.value).endswith(f"priorauth keys make {tmp_path}")


def test_a_key_of_a_pair_changes_in_steps_at_each_of_which_the_reader_knows_the_producers(
    tmp_path: Path,
):
    make_keys(tmp_path)

    def known() -> tuple[bytes, tuple[bytes, ...]]:
        (writes,) = {
            key
            for key in service_keys(tmp_path, "criteria").pairs.seals
            if key in service_keys(tmp_path, "letters").pairs.checks["pa.criteria.v1"]
        }
        return writes, service_keys(tmp_path, "letters").pairs.checks["pa.criteria.v1"]

    first, reads = known()
    assert reads == (first,)
    add_key(tmp_path, "criteria", "letters")
    assert known() == (first, (first, reads := known()[1][1]))
    use_key(tmp_path, "criteria", "letters")
    assert known() == (reads, (first, reads))
    drop_keys(tmp_path, "criteria", "letters")
    assert known() == (reads, (reads,))
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.rglob("*.key"))


def test_the_name_of_a_key_is_short_and_no_part_of_it(tmp_path: Path):
    make_keys(tmp_path)
    key = service_keys(tmp_path, "intake").routing

    assert len(key_name(key)) == 8
    assert key_name(key) not in key.hex()
