"""Writes what is generated from the event catalogue: JSON Schemas, AsyncAPI and a page for people.

For a checkout: `python -m tools.catalogue`.
"""
