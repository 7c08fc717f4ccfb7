from tests.specification import answers
from tests.specification.entry import Entry, Example

SERVICE = "effective: {from: 2025-07-01, to: 2025-12-31, basis: date_of_service}"
CARE = SERVICE.replace("date_of_service", "start_of_care")
ENTRY = Entry(
    title="`effective`",
    keys=("PolicySpec.effective", "Effective.from", "Effective.to", "Effective.basis"),
    text="From which day `to` which day (both included) the edition is in force, and the date of "
    "the request that counts (`basis`): `request_received`, `date_of_service`, or `start_of_care`. "
    "Without a start of care the date of service counts, without that the day of receipt.",
    criteria="{fact: pain.daily, is: true}",
    policy=SERVICE,
    examples=(
        Example("example 1.0.0", "In force.", line="{service_date: 2025-12-31}"),
        Example("no_policy_in_force", "Too late.", line="{service_date: 2026-01-01}"),
        Example("example 1.0.0", "The day of receipt, 2025-11-15, counts."),
        Example(
            "no_policy_in_force",
            "Care began before.",
            line="{service_date: 2025-12-01, start_of_care: 2025-06-30}",
            policy=CARE,
        ),
        Example(
            "example 1.0.0",
            "Receipt alone counts.",
            line="{service_date: 2026-01-01}",
            policy="effective: {from: 2025-07-01, to: 2025-12-31, basis: request_received}",
        ),
    ),
    answer=answers.policy,
    shows="the line is judged by",
)
