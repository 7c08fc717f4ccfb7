"""The whole way of a request, from its submission to the audit log holding its letters: ours, a
tutorial's, and the ceiling.
"""
