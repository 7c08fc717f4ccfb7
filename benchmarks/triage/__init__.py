"""Measures how many requests of a realistic mix triage takes for an emergency."""
