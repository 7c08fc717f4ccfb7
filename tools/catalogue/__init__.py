"""Writes what is generated: from the event catalogue JSON Schemas, AsyncAPI and a page for people,
from the specification of the policy language its reference.

For a checkout: `python -m tools.catalogue`.
"""
