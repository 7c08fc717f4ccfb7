"""Criteria: judges each line of a request by the medical policy in force.

Consumes requests from `pa.intake.v1` and clinicians' decisions from `pa.reviews.v1`. Decides:
approved, or to a person; a refusal exists only as a clinician's recorded decision. Publishes
evaluations with evidence, referrals, questions and determinations on `pa.criteria.v1`. Keeps the
case's lines and their determinations, every evaluation, and the clinicians' worklist.
"""
