"""Facts that a policy computes."""
