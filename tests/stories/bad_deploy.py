"""Runs a bad deploy of a service, one that can decide on nothing that another service wrote:
`python -m tests.stories.bad_deploy criteria`.
"""

from __future__ import annotations

import sys
from importlib import import_module

from shared.web.server.serve import serve
from tests.contracts.faulty import faulty


def main(name: str) -> None:
    app = import_module(f"services.{name}.app")
    good = app.service
    app.service = lambda settings: faulty(good(settings))
    serve(name, app.build)


if __name__ == "__main__":
    main("criteria" if len(sys.argv) == 1 else sys.argv[1])
