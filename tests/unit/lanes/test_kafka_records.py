"""Which of the assigned partitions are whole lanes."""

from __future__ import annotations

from confluent_kafka import TopicPartition

from shared.lanes.kafka.records import whole_lanes


def test_a_lane_is_whole_when_every_topic_gave_its_partition() -> None:
    assert whole_lanes(
        [
            TopicPartition("a", 2),
            TopicPartition("b", 2),
            TopicPartition("b", 1),
            TopicPartition("a", 1),
        ],
        ("a", "b"),
    ) == (1, 2)


def test_half_a_lane_is_left_alone() -> None:
    assert whole_lanes(
        [TopicPartition("a", 1), TopicPartition("b", 1), TopicPartition("a", 2)], ("a", "b")
    ) == (1,)
