"""A case id is derived from the record that opened the case, and carries its lane."""

from __future__ import annotations

from uuid import RFC_4122, UUID, uuid4

import pytest

from shared.ids import NO_LANE, case_id, home_partition, lane_of, member_token, record_id

RECORD = record_id("topic", 3, 7)


@pytest.mark.parametrize("lane", [0, 3, 23, 255])
def test_a_case_id_says_which_lane_its_case_lives_in(lane: int) -> None:
    made = case_id(RECORD, lane)
    assert (made.version, made.variant, lane_of(made)) == (8, RFC_4122, lane)
    assert lane_of(UUID(str(made))) == lane


def test_a_record_opens_the_same_case_every_time_and_another_record_another_one() -> None:
    assert case_id(RECORD, 3) == case_id(RECORD, 3)
    assert len({case_id(record_id("topic", 3, offset), 3) for offset in range(100)}) == 100


@pytest.mark.parametrize("other", [UUID(int=0), UUID(int=(1 << 128) - 1), uuid4(), RECORD])
def test_an_id_that_is_no_case_s_has_no_lane(other: UUID) -> None:
    assert lane_of(other) == NO_LANE


def test_a_member_s_home_depends_on_the_member_and_the_key_alone() -> None:
    homes = {home_partition(member_token(b"key", f"M-{n}")) for n in range(500)}
    assert homes == set(range(24))
    assert member_token(b"key", "M-1") != member_token(b"another", "M-1")
