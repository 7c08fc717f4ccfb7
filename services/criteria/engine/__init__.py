"""The criterion language: policies are data, evaluated in three-valued logic with the evidence for every node."""
