"""Regulatory clocks: which rule binds a request, and when its time is up."""
