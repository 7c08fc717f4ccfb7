"""Facts that are read from the request itself, and facts that a policy computes from others."""
