"""Where clinicians' commands are taken: checked against the registry, signed, and written to the
log.
"""
