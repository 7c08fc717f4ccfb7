"""Runs letters."""

from shared.web.process import run

if __name__ == "__main__":
    run("letters", "services.letters.app")
