"""Reading what strangers send: bytes in, a request or a named refusal out, and nothing else."""
