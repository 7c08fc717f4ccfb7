"""Runs criteria."""

from shared.web.server.process import run

if __name__ == "__main__":
    run("criteria", "services.criteria.app")
