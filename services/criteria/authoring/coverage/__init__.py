"""What golden cases cover of an edition, which facts decide an answer, and which cases are
missing.
"""
