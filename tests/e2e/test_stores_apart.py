"""Each service has a database and a role of its own, and no role can read another's."""

from __future__ import annotations

from itertools import permutations
from urllib.parse import urlsplit

import psycopg
import pytest

from shared.settings import SERVICES
from tests.stacks import RunningStack

pytestmark = pytest.mark.containers


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_reads_its_own_cases_or_entries(container_stack: RunningStack, service: str):
    with psycopg.connect(container_stack.databases[service]) as connection:
        assert connection.execute("SELECT count(*) FROM lane").fetchone() is not None


@pytest.mark.parametrize(("role", "other"), list(permutations(SERVICES, 2)))
def test_no_role_gets_into_the_database_of_another_service(
    container_stack: RunningStack, role: str, other: str
):
    own = urlsplit(container_stack.databases[role])

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(own._replace(path=f"/{other}").geturl()).close()
