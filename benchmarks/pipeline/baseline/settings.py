"""Where the tutorial's processes find their broker and their database."""

from __future__ import annotations

import os

BROKER = os.environ.get("PRIORAUTH_BROKER", "127.0.0.1:9092")
DATABASE_URL = os.environ.get("PRIORAUTH_DATABASE_URL", "postgresql://localhost/baseline").replace(
    "postgresql://", "postgresql+psycopg://", 1
)

SUBMISSIONS = "baseline.submissions"
INTAKE = "baseline.intake"
CRITERIA = "baseline.criteria"
LETTERS = "baseline.letters"
TOPICS = (SUBMISSIONS, INTAKE, CRITERIA, LETTERS)
