"""`priorauth desk`: what waits for a clinician, and deciding it."""
