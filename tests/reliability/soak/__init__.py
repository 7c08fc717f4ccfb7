"""Hours of a payer's day in minutes: a steady load, memory and descriptors watched, and an outage
of the broker and of the database in between.
"""
