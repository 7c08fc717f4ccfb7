"""Measurements: how fast, at what cost, on which machine. `README.md` tells the method."""
