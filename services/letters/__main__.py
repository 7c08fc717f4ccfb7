"""Runs letters."""

from services.letters.app import build
from shared.web.serve import serve

if __name__ == "__main__":
    serve("letters", build)
