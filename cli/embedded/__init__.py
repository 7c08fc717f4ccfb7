"""The whole platform on this machine, without containers."""
