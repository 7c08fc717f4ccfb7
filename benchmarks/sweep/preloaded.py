"""Imported once by the server that processes are forked from: everything that takes time to read, out of the collector's sight as in a service."""

import gc

from benchmarks.sweep import recording, victim
from benchmarks.sweep.engines import service_of
from shared.settings import SERVICES

TARGETS = (recording.make, victim.live)
for _name in SERVICES:
    service_of(_name)
gc.freeze()
gc.disable()
