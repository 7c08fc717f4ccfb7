"""Policies on the command line: reading, checking, publishing."""
