"""The words of the page of the clocks."""

from __future__ import annotations

from shared.events.clocks.duties import ClockKind

HOW = """# Clocks

Generated from [clock_rules.yaml](../../services/intake/clock_rules.yaml) (version {version}) by
`make docs`: how long a payer may take, rule by rule, to be checked line by line by whoever answers
for it. The table is reference data ([reference-data.md](reference-data.md)): a corrected one is put
in force without a release. It is no legal advice. *Read in* says how far a line can be relied on:
† was read in another source than the law, ‡ is general knowledge; confirm both before use.

## How a clock is computed

1. **Which rules bind.** Line of business, who bears the plan's risk, urgency, state, channel, kind
   of item, who asks, whether care goes on and until when, care after an emergency, and the day of
   receipt in the plan's zone. An emergency counts as expedited. A state's rules never bind Medicare
   Advantage (42 CFR 422.402) nor an employer's plan that is not insured (29 USC 1144(b)(2)); the
   table refuses to load with such a rule. Where the member lives in another state than the one
   whose law governs the plan, the rules of both bind; the residence alone does not tell the plan's
   law. Of a request with several lines, one line that a rule is about is enough.
2. **What a request does not say** is taken at its strictest: a rule binds unless something known
   speaks against it. What the result rests on is named in the clock (`unknown`). Where no rule
   surely binds, or the line of business is not known, those of all lines of business are asked.
   Only a course of care is not assumed: a request that tells of none asks for what is new. The kind
   of an item is what the sender says and what the section of its code tells: where they disagree,
   both. A member who asks does not say whether their provider has a contract.
3. **The strictest wins**: the rule that the law measures first. The others stay as runners-up. A
   rule that wants something else than the strictest, or of which the law makes something else
   where it is missed, has a clock of its own beside it (`further_determination`), by the strictest
   of those that want the same: what a state asks for never stands for what federal law does. It is
   met, missed and told by itself, and longer only as far as its own rule allows, together with the
   strictest that runs. Of a plan, or a state, that is not known the strictest rule alone is taken.
   What the law has approved by one clock counts as nothing else by another.
4. **Two instants.** Rules of hours have one: elapsed time. Rules of days end *by law* with the last
   day in the plan's zone, and what happens with the midnight after it is late; the day of receipt
   is day 0 (‡ to be confirmed with counsel). Business days leave out Saturdays, Sundays and the
   holidays below. The *target* is the earliest reading of
   all rules that bind: so many times 24 hours, or the same time on the wall of the last day,
   whichever comes first, holidays counted as any other day. A time on the wall that comes twice is
   the first of the two; one that is skipped is read an hour early. Lists, warnings and alarms go by
   the target; a breach, what follows from it and every report by the law's instant.
5. **Longer** is counted from the same start: calendar days more, and after rules of hours so many
   times 24 hours.

The zone is that of the plan (`contract-plan`) in the table, else `{default}`. Where plans have
zones of their own, a request that names no plan is read in all of them; one that names the contract
or the plan's id alone, or a plan that is not in the table, is read in the default and in those of
the plans that it may be or that are of the same contract. Then `plan` is named in the clock.
"""
ASKED = """From receipt, unless the provider is known to have a contract; owed, and breached, only
where information is missing."""
KINDS = {
    ClockKind.DETERMINATION: ("Decide and tell", "From receipt."),
    ClockKind.INFORMATION_REQUEST: ("Ask for information", ASKED),
    ClockKind.INCOMPLETE_NOTICE: (
        "Say that a request is incomplete",
        "From receipt; owed only where information is missing.",
    ),
    ClockKind.WRITTEN_NOTICE: (
        "Write after an oral notice",
        "From an adverse notice by word of mouth.",
    ),
    ClockKind.DECISION_NOTICE: (
        "Tell of a decision",
        "From the decision, beside what is owed from receipt.",
    ),
}
LEFT_OUT = """## What is not here

- The pilot for Original Medicare (WISeR, 3 days †): no line of business of this platform is
  Original Medicare, and no source at hand says from when on, in which states, of which days
  (calendar or business, from what) and by what the three days are met. A row needs all of that.
- Accreditation standards (NCQA), which are no law; and states without a rule above, for whose
  members the federal rules alone are counted.
- Sunday is a legal holiday of Washington by its code; here it counts as a day, which is earlier.
"""
MISTAKES = """## Mistakes that tests must find

Each is put into a copy of the code by `priorauth bench bugs`.

| seeded bug | the mistake | found by |
|---|---|---|
| `clock_unknown_item` | what is asked for is not said: taken as a service | `test_clock_unknowns` |
| `records_replace_what_is_said` | a record replaces what the sender says | `test_completion` |
| `clock_days_of_utc` | a day ends in UTC, not where the plan is | `test_golden_clocks` |
| `clock_target_of_one_rule` | a rule that is read sooner is not seen | `test_clock_unknowns` |
| `clock_midnight_in_time` | the midnight after the last day is in time | `test_facts` |
| `federal_duty_vanishes` | a federal duty is not counted behind a state's | `test_several_clocks` |

All stand in `tests/unit/intake`. `test_naive_clocks.py` there compares 500 requests with a slow
computation that was written from the law and shares nothing with the product.
"""
