"""Audit: the append-only, verifiable history of everything that passed through the log.

Consumes every topic but its own, as raw bytes. Decides nothing. Publishes signed checkpoints, which
no other service acts on. Keeps one Merkle log per lane, the roots of full subtrees, and the log of
checkpoints, in tables that refuse change.
"""
