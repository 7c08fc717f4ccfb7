"""Measures the criteria engine on one core, beside general expression engines on the same
leaves.
"""
