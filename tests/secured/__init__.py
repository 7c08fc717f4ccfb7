"""Kafka by password over TLS with its rights, PostgreSQL over TLS with roles apart."""
