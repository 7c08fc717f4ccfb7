"""What cannot be written to the log is told as such: at once, and not as a thing of a moment."""

from __future__ import annotations

import pytest

from shared.errors import Malformed
from shared.events.criteria import CRITERIA
from shared.events.submissions import SUBMISSIONS
from shared.kafka.cluster import Cluster
from shared.lanes.kafka.ingress import Ingress


@pytest.mark.asyncio
async def test_a_record_that_no_producer_takes_is_too_large_and_not_to_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
):
    ingress = Ingress(Cluster("127.0.0.1:1"), (SUBMISSIONS,))
    monkeypatch.setattr(ingress, "_topic_ids", {SUBMISSIONS: "id"})

    with pytest.raises(Malformed) as refused:
        await ingress.publish(SUBMISSIONS, 0, b"", {}, b" " * 10_485_760)

    assert refused.value.code == "too_large"
    assert "again" not in str(refused.value)


@pytest.mark.asyncio
async def test_a_topic_that_is_no_door_of_this_service_is_not_written():
    ingress = Ingress(Cluster("127.0.0.1:1"), (SUBMISSIONS,))

    with pytest.raises(ValueError, match=CRITERIA):
        await ingress.publish(CRITERIA, 0, b"", {}, b"{}")
