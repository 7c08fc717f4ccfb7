"""The ceiling: per hop a bare confluent loop that validates, writes the recorded output bytes with
one COPY a batch, and produces them.

No case state, no outbox, no decision: what follows from an event is looked up in the recording of a
run of ours. Written before ours was tuned, and left alone since.
"""
