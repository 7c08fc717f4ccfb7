"""Letters: what the member and the provider are told about a determination, or about a clock.

Consumes `pa.intake.v1` (the request behind a case, its clocks) and `pa.criteria.v1`
(determinations, clinicians' reviews). Decides which notices a determination calls for, or what
became of a clock, and fixes their content: exactly one letter for each notice and audience.
Publishes `LetterIssued`, `LetterRendered` on `pa.letters.v1`. Keeps letters (content as bytes) and
the documents made of them (PDF/UA, HTML, plain text) in its own store and folder.
"""
