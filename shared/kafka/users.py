"""The passwords of the principals of `acls.yaml`, as the brokers check them: SCRAM credentials kept
in the cluster's own metadata.
"""

from __future__ import annotations

from pathlib import Path

from kafka.admin import UserScramCredentialUpsertion

from shared.access.password_files import password
from shared.errors import Unavailable
from shared.kafka.acls import principals
from shared.kafka.cluster import Cluster
from shared.kafka.topics import admin_of

ITERATIONS = 8_192
"""Of the hash; brokers refuse less than 4,096 and more than 16,384."""
FILE = "kafka.password"


def apply(cluster: Cluster, folder: Path) -> tuple[str, ...]:
    """Sets each principal's password from `FOLDER/<principal>/kafka.password` where that file is;
    returns whose were set. Who is connected stays so; whoever connects anew needs the new one.
    """
    files = {name: folder / name / FILE for name in principals()}
    wanted = {
        name: password(str(file), f"{name}/{FILE}") for name, file in files.items() if file.exists()
    }
    changes = [
        UserScramCredentialUpsertion(name, cluster.mechanism, secret, iterations=ITERATIONS)
        for name, secret in wanted.items()
    ]
    with admin_of(cluster) as admin:
        answers = admin.alter_user_scram_credentials(changes) if changes else {}
    if refused := sorted(name for name, error in answers.items() if error):
        raise Unavailable(
            f"Kafka did not take the passwords of {', '.join(refused)}.",
            code="users",
            remedy="Only an administrator of the cluster may set them.",
        )
    return tuple(wanted)
