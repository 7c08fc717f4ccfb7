"""`python -m benchmarks.lane.worker CORE`: one replica of the trivial service on one core, until
SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from benchmarks.lane.trivial import service
from shared import settings
from shared.lanes.replica import Replica
from shared.observe.logs import configure


async def main() -> None:
    """Runs the replica; without a core it may use every one."""
    if len(sys.argv) > 1:
        os.sched_setaffinity(0, {int(sys.argv[1])})
    given = settings.load("criteria")
    configure("bench-lane", given.log_level)
    replica, over = Replica(service(), given), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await replica.start()
    await over.wait()
    await replica.stop()


if __name__ == "__main__":
    asyncio.run(main())
