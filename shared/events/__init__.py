"""The event catalogue: one file per producing service, the envelope, and the generated schemas."""
