"""Runs criteria."""

from shared.web.process import run

if __name__ == "__main__":
    run("criteria", "services.criteria.app")
