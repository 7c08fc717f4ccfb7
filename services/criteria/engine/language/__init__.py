"""What a policy is written in: YAML with places, criteria, derived facts, measurements,
vocabularies.
"""
