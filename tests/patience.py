"""How long a test waits for what must come."""

from __future__ import annotations

PATIENCE = 120.0
"""Seconds. A machine that others use as well is slow, not wrong, and a wait ends as soon as what it
waits for is there. That something does not happen is waited for shortly, each time as it needs.
"""
