from tests.specification import answers
from tests.specification.entry import Entry, Example, Refused

HOME = "{site: home}"
FITS = "{line_of_business: medicare_advantage, state: CA, birth_date: 1980-01-01}"
NARROW = """\
applies_to:
  services: [example]
  business: [medicare_advantage]
  states: [CA]
  ages: {from: 18, to: 120}
  sites: [home, skilled_nursing_facility]"""
ENTRY = Entry(
    title="`applies_to`",
    keys=(
        "PolicySpec.applies_to",
        "AppliesTo.services",
        "AppliesTo.any_diagnosis",
        "AppliesTo.not_diagnosis",
        "AppliesTo.business",
        "AppliesTo.states",
        "AppliesTo.ages",
        "AppliesTo.sites",
        "AgeRange.from",
        "AgeRange.to",
    ),
    text="Which lines the policy judges: those of one of these `services` and, if they are given, "
    "of one of the diagnoses in `any_diagnosis`, and of none in `not_diagnosis`. A diagnosis that "
    "ends in `*` stands for all that begin so. `business` (the kind of plan), `states`, `ages` "
    "(years at receipt, both ends included) and `sites` narrow it further: a request that says "
    "another one is not for this policy. Where the request does not say, the policy judges the "
    "line, approves nothing, and asks. A line that no policy is for goes to a person.",
    criteria="{fact: pain.daily, is: true}",
    policy="""\
applies_to:
  services: [example]
  any_diagnosis: [M54*, M80.0]
  not_diagnosis: [M54.2]""",
    examples=(
        Example("example 1.0.0", "M54.5 begins with M54.", line="{diagnoses: [M54.5]}"),
        Example("example 1.0.0", "One of two is enough.", line="{diagnoses: [Z99, M80.0]}"),
        Example("no_policy", "M80.01 is not M80.0.", line="{diagnoses: [M80.01]}"),
        Example("no_policy", "No diagnosis is stated."),
        Example(
            "no_policy",
            "One diagnosis that is left out is enough.",
            line="{diagnoses: [M54.5, M54.2]}",
        ),
        Example("no_policy", "Another service.", line="{services: [other], diagnoses: [M54.5]}"),
        Example("example 1.0.0", "All of it fits.", policy=NARROW, line=HOME, member=FITS),
        Example(
            "example 1.0.0",
            "12 is the code of home.",
            policy=NARROW,
            line="{site: '12'}",
            member=FITS,
        ),
        Example(
            "no_policy",
            "Another kind of plan.",
            policy=NARROW,
            line=HOME,
            member=FITS.replace("medicare_advantage", "erisa"),
        ),
        Example(
            "no_policy",
            "Another state.",
            policy=NARROW,
            line=HOME,
            member=FITS.replace("CA", "TX"),
        ),
        Example(
            "no_policy",
            "Another place.",
            policy=NARROW,
            line="{site: office}",
            member=FITS,
        ),
        Example(
            "no_policy",
            "17 years old.",
            policy=NARROW,
            line=HOME,
            member=FITS.replace("1980-01-01", "2007-11-16"),
        ),
        Example("example 1.0.0", "The request says none of it.", policy=NARROW),
    ),
    refused=(
        Refused("at least 1", policy="applies_to: {services: []}"),
        Refused("ZZ is none of", policy="applies_to: {services: [example], states: [ZZ]}"),
        Refused("hmo is none of", policy="applies_to: {services: [example], business: [hmo]}"),
        Refused("kitchen is none of", policy="applies_to: {services: [example], sites: [kitchen]}"),
        Refused(
            "in this order", policy="applies_to: {services: [example], ages: {from: 65, to: 18}}"
        ),
    ),
    answer=answers.policy,
    shows="the line is judged by",
)
