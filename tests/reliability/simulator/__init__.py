"""The four services on one seeded thread: real decisions, real lane engine, real SQL; broker, disk,
clock and documents in memory.

One seed is one history, byte for byte: `python -m tests.reliability.simulator --from SEED --seeds
1`. What is not real: SQLite keeps its tables in memory; the broker, its clients and the pool of
workers are the twins of `shared.lanes.memory.twins` with faults; a letter's documents are a hash of
their input (typst is tested on its own); the audit log's checkpoints, which no lane writes, are not
signed.
"""
