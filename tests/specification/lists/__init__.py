"""Criteria over the items of a list."""
