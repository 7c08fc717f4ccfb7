from tests.specification.entry import Entry, Example

WARM = "{fact: body.temperature, at_least: 38}"
ENTRY = Entry(
    title="`unit` and `units`",
    keys=(
        "PathSpec.unit",
        "PathSpec.units",
        "UnitSpec.times",
        "UnitSpec.plus",
        "UnitSpec.bare",
    ),
    text="Thresholds are in the fact's own `unit`. A number in one of `units` is multiplied by the "
    "factor given there (a decimal, or a fraction such as `5/9`; `times` and `plus` where "
    "there is more to it), exactly. Units are read as UCUM, laboratories and people spell "
    "them (`mm[Hg]`, `kg/m²`, `pct`, `wk`), also in one string with the number (`86 %`). Any "
    "other unit is illegible. A number without a unit is in the fact's own if no other unit "
    "makes it possible and usual, or if the fact's name says the unit "
    "(`conservative_months`); else it is illegible, for nothing is guessed by its size. "
    "`bare` are the numbers in a unit that somebody might write without it.",
    criteria="{fact: body.weight, at_least: 80}",
    examples=(
        Example("met", "180 lb are 81.6 kg.", ("body.weight: {value: 180, unit: lb}",)),
        Example("not met", "176 lb are 79.8 kg.", ("body.weight: {value: 176, unit: '[lb_av]'}",)),
        Example("met", "80000 g are exactly 80 kg.", ("body.weight: 80000 grams",)),
        Example("not met", "No unit: kilograms.", ("body.weight: 79",)),
        Example("unknown (illegible)", "Kilograms or pounds?", ("body.weight: 280",)),
        Example(
            "unknown (illegible)",
            "A unit that is not listed.",
            ("body.weight: {value: 13, unit: st}",),
        ),
        Example("met", "100.4 F are exactly 38 C.", ("body.temperature: 100.4 F",), criteria=WARM),
        Example("not met", "37 C.", ("body.temperature: 37",), criteria=WARM),
    ),
)
