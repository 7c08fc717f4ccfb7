"""Runs letters."""

from shared.web.server.process import run

if __name__ == "__main__":
    run("letters", "services.letters.app")
