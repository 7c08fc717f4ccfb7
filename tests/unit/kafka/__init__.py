"""Clients of Kafka: their settings, their rights, what a refusal means."""
