"""Measures one lane replica with a decision that costs nothing: what the lane log itself takes,
beside a bare loop on the same events.
"""
