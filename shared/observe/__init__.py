"""Logging and metrics, the same in every service."""
