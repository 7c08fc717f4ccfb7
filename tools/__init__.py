"""Generators and the compile step: what a checkout needs and a running service does not."""
