"""Runs audit."""

from shared.web.server.process import run

if __name__ == "__main__":
    run("audit", "services.audit.app")
