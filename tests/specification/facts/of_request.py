from services.criteria.engine.language.request_facts import BUSINESSES
from shared.body.places import PLACES
from tests.specification.entry import Entry, Example

KINDS, SITES = (", ".join(f"`{one}`" for one in known) for known in (BUSINESSES, PLACES))

STATE = "{fact: request.state, one_of: [CA, NV]}"
SITE = "{fact: request.site, is: home}"
CODES = "{fact: line.codes, one_of: [E1390, E1392]}"
MODIFIERS = "{fact: line.modifiers, is: RT}"
UNITS = "{fact: line.units, at_most: 2}"
OTHERS = "{none: [{fact: others.services, is: fusion}]}"
OTHER_CODES = "{none: [{fact: others.codes, is: '22612'}]}"


def codes(*given: str) -> str:
    """A line with these codes of HCPCS."""
    return f"{{codes: [{', '.join(f'{{system: hcpcs, {one}}}' for one in given)}]}}"


ENTRY = Entry(
    title="Facts of the request",
    keys=(),
    text="Every vocabulary knows them, and none declares them: `request.business` (the kind of "
    "plan), `request.state`, `request.site`, `member.sex` and `member.age` (whole years at "
    "receipt) are what the request says of itself; `line.units`, `line.codes` and "
    "`line.modifiers` what the line asks for; `others.codes` and `others.services` what the other "
    "lines of the request ask for. They are read from the request's own fields: a fact that is "
    "sent under such a name is not read, and told as unread. What the request does not say is "
    "absent. Sets are complete as they are, unless a line names no code or a code of another "
    "system. Units are those of each code, never their sum. Codes stand in quotes where YAML "
    "would take them for a number. A vocabulary that lets policies compute `member.age` keeps "
    "doing so. The kinds of plan are "
    f"{KINDS}; the places are {SITES}, "
    "which are also known by the two digits of CMS.",
    criteria=STATE,
    examples=(
        Example("met", "The member lives in California.", member="{state: CA}"),
        Example("not met", "In Texas.", member="{state: TX}"),
        Example("unknown (absent)", "Nobody said where."),
        Example("unknown (absent)", "A fact of that name is not read.", ("request.state: CA",)),
        Example("met", "12 is the code of home.", line="{site: '12'}", criteria=SITE),
        Example("not met", "In an office.", line="{site: office}", criteria=SITE),
        Example("unknown (absent)", "No place that is known.", line="{site: X}", criteria=SITE),
        Example(
            "met",
            "A plan of Medicare Advantage.",
            member="{line_of_business: medicare_advantage}",
            criteria="{fact: request.business, is: medicare_advantage}",
        ),
        Example(
            "not met",
            "On record as male.",
            member="{sex: male}",
            criteria="{fact: member.sex, is: female}",
        ),
        Example("met", "One of its codes.", line=codes("code: e1390"), criteria=CODES),
        Example("not met", "Another code.", line=codes("code: E0431"), criteria=CODES),
        Example("unknown (absent)", "The line names no code.", criteria=CODES),
        Example(
            "unknown (uncertain)",
            "A code of another system may mean it.",
            line="{codes: [{system: X, code: '1'}]}",
            criteria=CODES,
        ),
        Example(
            "met", "On the right.", line=codes("code: L1820, modifiers: [RT]"), criteria=MODIFIERS
        ),
        Example("not met", "No modifier.", line=codes("code: L1820"), criteria=MODIFIERS),
        Example("met", "Two.", line=codes("code: A4604, units: 2"), criteria=UNITS),
        Example("not met", "Three.", line=codes("code: A4604, units: 3"), criteria=UNITS),
        Example(
            "unknown (uncertain)",
            "Of one code two, of the other three.",
            line=codes("code: A4604, units: 2", "code: A7030, units: 3"),
            criteria=UNITS,
        ),
        Example("met", "There is no other line.", criteria=OTHERS),
        Example("met", "There is no other line.", criteria=OTHER_CODES),
    ),
)
