"""The `priorauth` command: one file for each noun.

Stored cases are reached through the services' HTTP; only pure modules are imported.
"""
