"""Regulatory clocks as events: duties, and the acts of people on them."""
