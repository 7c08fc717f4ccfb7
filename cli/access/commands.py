"""`priorauth access`: the header that a program of one's own sends, and the issuer of an evaluation
in containers.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from cli.services.addresses import url_of
from cli.services.credentials import bearer
from shared.access.local_issuer import READABLE, LocalIssuer
from shared.access.principal import Role
from shared.errors import Impossible
from shared.settings import load

app = typer.Typer(help="Tokens of the local issuer.", no_args_is_help=True)


@app.command()
def header(
    role: Annotated[Role, typer.Argument(help="What to be.", show_default=False)],
    *,
    service: Annotated[str, typer.Option(help="The service that will be asked.")] = "intake",
) -> None:
    """Print an Authorization header, for fifteen minutes: `... | curl -H @- URL`.

    A pipe keeps it out of what other users see of running commands.
    """
    token = bearer(url_of(service, load()), role)
    if not token:
        raise Impossible(
            "No local issuer is here, and no token is set.",
            code="no_token",
            remedy="Start a stack here, or set PRIORAUTH_TOKEN or PRIORAUTH_TOKEN_FILE.",
        )
    typer.echo(f"Authorization: Bearer {token}")


@app.command("local-issuer")
def local(
    folder: Annotated[Path, typer.Argument(help="Where its key is.", show_default=False)],
    *,
    public: Annotated[
        Path, typer.Option(help="Where services read its public key.", show_default=False)
    ],
    owner_of: Annotated[
        Path, typer.Option(help="Whose owner may read the key.", show_default=False)
    ],
) -> None:
    """Make an issuer of tokens for an evaluation on one machine; docker-compose.yml does it.

    Whoever can read its key may do everything there. A production has an identity provider.
    """
    issuer = LocalIssuer(folder)
    issuer.establish()
    owner = owner_of.stat()
    for one in (folder.parent, folder, *folder.iterdir()):
        os.chown(one, owner.st_uid, owner.st_gid)
    shutil.copyfile(issuer.jwks, public)
    public.chmod(READABLE)
