"""What surrounds the criteria in a policy."""
