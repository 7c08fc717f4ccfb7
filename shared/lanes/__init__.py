"""The lane log: how a service consumes, decides, stores and publishes without losing or repeating
anything.
"""
