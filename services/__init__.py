"""The four services.

They meet only on Kafka: none imports another, reads another's store, or calls another to decide
anything.
"""
