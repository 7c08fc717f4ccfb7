"""Reference data of a running platform: what each service reads, and publishing another."""
