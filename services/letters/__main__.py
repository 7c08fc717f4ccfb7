"""Runs letters."""

import gc

# A sixth of a start would be spent looking for garbage among modules; the replica takes the
# collector over.
gc.disable()

from services.letters.app import build  # noqa: E402
from shared.web.serve import serve  # noqa: E402

if __name__ == "__main__":
    serve("letters", build)
