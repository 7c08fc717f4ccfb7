"""Criteria over HTTP."""
