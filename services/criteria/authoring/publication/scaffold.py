"""A new policy to start from: it loads, and its first golden cases are green."""

from __future__ import annotations

from datetime import date

POLICY = """policy: {name}
version: 0.1.0
title: {title}
status: draft
source_rank: internal
effective: {{from: {today}, basis: request_received}}
applies_to:
  services: [{service}]
vocabulary: {vocabulary}
criteria:
  id: root
  label: {title}
  all:
  - {{id: first, label: Say in words what must hold, {leaf}}}
outcomes: {{valid_days: 90}}
decision: {{approve_when: root_met, otherwise: pend}}
approvals: []
editorial:
  state: submitted
  last_updated: {today}
  board: Say who reviews the content
  caution: This draft was not reviewed.
next_review: {next_review}
"""
CASES = """requests:
  beginning:
    line: {{services: [{service}]}}
cases:
- name: nothing documented
  why: Say which sentence of the source this follows. Without a fact nothing can be settled.
  at: "{today}T12:00:00+00:00"
  example: beginning
  expect: {{outcome: pend, reason: not_documented}}
- name: documented and met
  why: Say which sentence of the source this follows.
  at: "{today}T12:00:00+00:00"
  example: beginning
  set: {{{met}}}
  expect: {{outcome: approve}}
- name: documented and not met
  why: Say which sentence of the source this follows.
  at: "{today}T12:00:00+00:00"
  example: beginning
  set: {{{not_met}}}
  expect: {{outcome: pend, reason: criteria_not_met}}
"""


def scaffold(name: str, vocabulary: str, fact: str, today: date) -> dict[str, str]:
    """The files of a new policy by name; `fact` is a yes-no fact of the vocabulary to begin
    with.
    """
    values = {
        "name": name,
        "title": name.replace(".", " ").replace("-", " ").capitalize(),
        "service": name.rpartition(".")[2].replace("-", "_"),
        "vocabulary": vocabulary,
        "today": today.isoformat(),
        "next_review": date(today.year + 1, today.month, min(today.day, 28)).isoformat(),
        "leaf": f"fact: {fact}, is: true",
        "met": f"{fact}: true",
        "not_met": f"{fact}: false",
    }
    return {"policy.yaml": POLICY.format(**values), "cases.yaml": CASES.format(**values)}
