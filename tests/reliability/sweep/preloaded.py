"""Imported once by the server that processes are forked from: everything that takes time to read,
out of the collector's sight as in a service.
"""

import gc

from shared.settings import SERVICES
from tests.reliability.sweep import recording, victim
from tests.reliability.sweep.engines import service_of

TARGETS = (recording.make, victim.live)
for _name in SERVICES:
    service_of(_name)
gc.freeze()
gc.disable()
