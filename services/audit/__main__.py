"""Runs audit."""

from services.audit.app import build
from shared.web.serve import serve

if __name__ == "__main__":
    serve("audit", build)
