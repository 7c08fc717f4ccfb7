"""What cannot be written to the log is told as such: at once, and not as a thing of a moment."""

from __future__ import annotations

import pytest

from shared.errors import Malformed
from shared.lanes.kafka.ingress import Ingress


@pytest.mark.asyncio
async def test_a_record_that_no_producer_takes_is_too_large_and_not_to_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
):
    ingress = Ingress("127.0.0.1:1")
    monkeypatch.setattr(ingress, "_topic_ids", {"topic": "id"})

    with pytest.raises(Malformed) as refused:
        await ingress.publish("topic", 0, b"", {}, b" " * 10_485_760)

    assert refused.value.code == "too_large"
    assert "again" not in str(refused.value)
