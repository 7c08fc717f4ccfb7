"""How far two names are apart, for names that are nearly right."""

from __future__ import annotations


def distance(one: str, other: str, most: int) -> int | None:
    """How many insertions, deletions, replacements and swaps of neighbours lead from one to the
    other (optimal string alignment); None if more than `most`, which ends the search early.
    """
    before, row = list[int](), list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
        # A swap reaches back over two rows, so both have to be beyond it.
        if min(row) > most and min(before) > most:
            return None
    return row[-1] if row[-1] <= most else None
