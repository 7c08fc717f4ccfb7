"""Works a batch in memory and commits it in one transaction; what is committed is published at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from shared.clock import monotonic
from shared.events.catalogue import PRODUCERS
from shared.lanes.applying import instant, micros
from shared.lanes.cache import CaseCache
from shared.lanes.casework import Bench
from shared.lanes.folding import fold
from shared.lanes.health import Health
from shared.lanes.history import noted, ranges
from shared.lanes.lane import Lane
from shared.lanes.ownership import Ownership
from shared.lanes.ports import Ports, Service, Setup
from shared.lanes.publishing import Publishing
from shared.lanes.reading import Reader
from shared.lanes.record import Record
from shared.lanes.service import CaseService, LaneService
from shared.lanes.working import Batch
from shared.lanes.writes import BatchNote, Writes

E = TypeVar("E")
