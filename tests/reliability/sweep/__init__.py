"""The kill sweep: a service's process dies, or is refused, at every system call with which it
writes, sends or syncs while it handles one event.
"""
