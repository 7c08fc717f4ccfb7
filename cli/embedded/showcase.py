"""What the demo submits: the reference case, a request with one fact missing, and HL7's example
bundles, each on the way it shows.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib import resources
from uuid import UUID

from cli.services.request_file import FHIR
from cli.services.submit import case_of, sent
from shared.errors import Unavailable
from shared.events.submissions import SUBMISSIONS
from shared.ids import PARTITIONS
from shared.kafka.cluster import Cluster
from shared.lanes.kafka.ingress import Ingress

ANY_PARTITION = 7 % PARTITIONS


@dataclass(frozen=True, slots=True)
class Showcase:
    """One submission of the demo.

    `after` names the one whose case it updates; `kafka` sends it as an outsider's producer would.
    """

    name: str
    file: str
    after: str | None = None
    kafka: bool = False

    def content(self) -> bytes:
        """The bytes to submit."""
        return (resources.files("shared.examples") / self.file).read_bytes()


SHOWCASES = (
    Showcase("reference-case", "reference_case.json"),
    Showcase("bariatric-without-bmi", "bariatric_without_bmi.json"),
    Showcase(
        "pas-medical-services", "pas-2.2.1/Bundle-MedicalServicesAuthorizationBundleExample.json"
    ),
    Showcase("pas-homecare", "pas-2.2.1/Bundle-HomecareAuthorizationBundleExample.json"),
    Showcase(
        "pas-homecare-update",
        "pas-2.2.1/Bundle-HomecareAuthorizationUpdateBundleExample.json",
        after="pas-homecare",
    ),
    Showcase(
        "pas-referral", "pas-2.2.1/Bundle-ReferralAuthorizationBundleExample.json", kafka=True
    ),
)


def way_of(one: Showcase) -> str:
    """How a showcase is submitted, in a few words."""
    if one.kafka:
        return "Kafka, any key"
    return "FHIR Claim/$submit" if one.file.startswith("pas") else "HTTP, native JSON"


def submitted(one: Showcase, intake: str, broker: str) -> str:
    """Submits a showcase and returns its case."""
    content = one.content()
    found = (
        case_of(str(asyncio.run(published(content, broker))), intake)
        if one.kafka
        else sent(content, intake, 0).case_id
    )
    if found is None:
        raise Unavailable("Intake has not got to a submission in time.", code="not_placed")
    return found


async def published(content: bytes, broker: str) -> UUID:
    """Writes a bundle to the submissions topic with a key and a partition that mean nothing: intake
    brings it to its case's lane. The id of the submission.
    """
    ingress = Ingress(Cluster(broker), (SUBMISSIONS,))
    ingress.start()
    try:
        return await ingress.publish(
            SUBMISSIONS, ANY_PARTITION, b"any-key", {"ce_type": FHIR.ce_type}, content
        )
    finally:
        ingress.stop()
