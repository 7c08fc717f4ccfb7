"""Runs intake."""

from shared.web.server.process import run

if __name__ == "__main__":
    run("intake", "services.intake.app")
