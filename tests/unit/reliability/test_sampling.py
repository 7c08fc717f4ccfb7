"""What a soak's samples come to."""

from __future__ import annotations

import pytest

from tests.reliability.soak.run import Outage, figures, pace
from tests.reliability.soak.sampling import Sample, caught_up, grown, slopes, usual


def samples(
    *, megabytes_a_second: float = 0.0, descriptors_a_minute: int = 0, backlog: range = range(0)
) -> list[Sample]:
    """Twenty minutes, a sample a second; `backlog` are the seconds in which cases have gathered."""
    return [
        Sample(
            float(second),
            500 if second in backlog else second % 20,
            {"intake": 100 + second * megabytes_a_second, "audit": 90.0},
            {"intake": 40 + second // 60 * descriptors_a_minute, "audit": 30},
        )
        for second in range(1_200)
    ]


def test_a_slope_is_told_for_ten_minutes():
    assert slopes(samples(megabytes_a_second=0.01)) == {
        "intake": pytest.approx(6.0),
        "audit": pytest.approx(0.0),
    }


def test_descriptors_that_are_never_closed_show():
    assert grown(samples(descriptors_a_minute=1)) == {"intake": 18, "audit": 0}


def test_the_usual_is_what_nineteen_of_twenty_samples_do_not_pass():
    assert usual(samples()) == 19


def test_the_lag_is_gone_when_no_more_cases_are_under_way_than_usual():
    found = samples(backlog=range(100, 160))

    assert caught_up(found, 120.0, usual(found[:100])) == 40.0
    assert caught_up(found[:150], 120.0, 19) is None


def test_calm_is_what_no_outage_and_nothing_that_gathered_in_one_touches():
    """Memory grows by 1 MB a sample while caches fill, stands still when it is calm, and is 500 MB
    in the outage and until what gathered is worked.
    """
    samples = [
        Sample(
            at,
            900 if 60 <= at < 90 else 5,
            {"intake": 500.0 if 60 <= at < 90 else min(at, 20.0)},
            {"intake": 9},
        )
        for at in (2.0 * n for n in range(80))
    ]
    found = figures(samples, [Outage("broker", 59.0, 71.0)], peak=100.0, rate=50.0)
    assert found["rss_slope_mb_per_10_min"]["calm"] == {"intake": 0.0}
    assert found["rss_slope_mb_per_10_min"]["whole"] != {"intake": 0.0}
    assert found["outages"][0] == {
        "of": "broker",
        "seconds": 12.0,
        "lag_zero_s": 19.0,
        "least_possible_s": 12.0,
    }
    assert found["calm_minutes"] == round((160 - 30 - (90 - 60) - 2) / 60, 1)


def test_without_outages_everything_after_the_caches_filled_is_calm():
    samples = [Sample(2.0 * n, 5, {"audit": 10.0 + n}, {"audit": 9}) for n in range(60)]
    found = figures(samples, [], peak=100.0, rate=50.0)
    assert found["rss_slope_mb_per_10_min"]["calm"] == {"audit": 300.0}
    assert (found["calm_minutes"], found["outages"]) == (1.0, [])
    assert [look["second"] for look in found["course"]] == [0, 30, 60, 90]


def test_the_pace_leaves_out_the_first_third():
    assert (
        pace([(float(second), min(second, 30) + 4 * max(0, second - 30)) for second in range(91)])
        == 4.0
    )
