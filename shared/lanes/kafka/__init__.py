"""Kafka as the lanes use it: a consumer that never loses its place, and a producer that never loses
or reorders.
"""
