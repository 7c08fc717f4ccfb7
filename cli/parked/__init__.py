"""Parked records on the command line: looking, choosing, requeueing."""
