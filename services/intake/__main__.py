"""Runs intake."""

from services.intake.app import build
from shared.web.serve import serve

if __name__ == "__main__":
    serve("intake", build)
