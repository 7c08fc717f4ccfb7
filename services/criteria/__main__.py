"""Runs criteria."""

from services.criteria.app import build
from shared.web.serve import serve

if __name__ == "__main__":
    serve("criteria", build)
