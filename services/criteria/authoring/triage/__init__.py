"""Triage files: their golden cases, what these show, and whether they notice a mistake."""
