"""The same four services as FastStream's and SQLModel's tutorials write them: a handler and a
session for each message, a publish for each event.

The decisions are ours, called as they are, so that only the plumbing differs. Written before ours
was tuned, and left alone since.
"""
