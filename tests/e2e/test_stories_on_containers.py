"""The same stories as on the embedded stack, told by Kafka, PostgreSQL and our own four service
containers.
"""

import pytest

from tests.stories.test_malformed import *  # noqa: F403 - every story of the module
from tests.stories.test_reference_case import *  # noqa: F403
from tests.stories.test_ways_in import *  # noqa: F403
from tests.stories.test_what_follows import *  # noqa: F403
from tests.stories.test_what_is_missing import *  # noqa: F403

pytestmark = pytest.mark.containers
