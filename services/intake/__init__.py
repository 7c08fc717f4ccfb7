"""Intake: takes authorization requests in, keeps them as they came, and runs the regulatory clock.

Consumes `pa.submissions.v1` (native JSON and FHIR PAS bundles), `pa.criteria.v1` and
`pa.letters.v1`. Decides whether a submission opens, amends, repeats or withdraws a request or
cannot be read, which clock rule binds, and when its duty is done. Publishes `pa.intake.v1`:
requests as accepted, refused and repeated submissions, and the clock's start, stop and breach.
Keeps every raw submission for good, and per case: versions, lines and their status, clock, letters.
It never decides on medical necessity; a submission that it refuses is one that it cannot read or
place, and its bytes are kept.
"""
