"""A policy as a page that a clinician can read: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from services.criteria.authoring.publication.wording import granted, headline, reached
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.language.policy import PolicySpec
from services.criteria.engine.language.vocabulary import Vocabulary

STYLE = """
:root { color-scheme: light dark; }
body {
  font: 1rem/1.55 system-ui, sans-serif;
  max-width: 54rem;
  margin: 2rem auto;
  padding: 0 1rem;
}
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #8888; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem 0; }
ul { padding-left: 1.2rem; }
li { margin: .25rem 0; }
.caution { border: 2px solid #b45309; padding: .75rem 1rem; }
.how { opacity: .75; }
.tree { list-style: none; border-left: 1px solid #8888; }
code { font-size: .9em; }
table { border-collapse: collapse; }
td, th { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; }
@media print { body { margin: 0; max-width: none; } }
"""


def page(edition: Edition) -> str:
    """The page of an edition."""
    spec = edition.spec
    parts = [
        _caution(spec),
        _head(edition),
        _section("When it is met", _tree(spec.criteria, edition.vocabulary)),
        _section(
            "Named findings", "".join(_tree(one, edition.vocabulary) for one in spec.definitions)
        ),
        _section("What would hold an approval, or is told beside it", _guards(edition)),
        _section("What an approval grants", _outcomes(spec)),
        _section("Evidence, and whom it studied", _citations(edition)),
        _section("Figures that could not be verified", _claims(spec)),
        _section("Edition and approvals", _edition(edition)),
    ]
    title = escape(spec.title)
    body = "".join(parts)
    head = (
        f'<meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{title}</title><style>{STYLE}</style>'
    )
    return (
        f"<!doctype html><html "
        f'lang="en"><head>{head}</head><body><main>{body}</main></body></html>\n'
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def _caution(spec: PolicySpec) -> str:
    """The banner, until the content is approved."""
    if spec.editorial.state == "approved" and spec.status == "active":
        return ""
    state = (
        "This edition is a draft and is not applied to anybody." if spec.status == "draft" else ""
    )
    review = (
        ""
        if spec.editorial.state == "approved"
        else f"Editorial review: {spec.editorial.state.replace('_', ' ')}."
    )
    told = " ".join(one for one in (state, review, spec.editorial.caution or "") if one)
    return f'<p class="caution" role="note"><strong>Caution.</strong> {escape(told)}</p>'


def _head(edition: Edition) -> str:
    spec = edition.spec
    url = (
        f'<p>Source: <a href="{escape(spec.url)}" rel="noreferrer">{escape(spec.url)}</a></p>'
        if spec.url
        else ""
    )
    services = ", ".join(one.replace("_", " ") for one in spec.applies_to.services)
    diagnoses = (
        f", with one of the diagnoses {escape(', '.join(spec.applies_to.any_diagnosis))}"
        if spec.applies_to.any_diagnosis
        else ""
    )
    without = (
        f", and none of {escape(', '.join(spec.applies_to.not_diagnosis))}"
        if spec.applies_to.not_diagnosis
        else ""
    )
    reach = escape("".join(f"; {one}" for one in reached(spec.applies_to)))
    rule = (
        "The program approves a request that meets the criteria, and refers every other one to a "
        "clinician. It never refuses."
    )
    return (
        f"<h1>{escape(spec.title)}</h1>{url}<p>For "
        f"{escape(services)}{diagnoses}{without}{reach}.</p><p>{rule}</p>"
    )


def _tree(node: Criterion, vocabulary: Vocabulary) -> str:
    return f'<ul class="tree">{_item(node, vocabulary, "")}</ul>'


def _item(node: Criterion, vocabulary: Vocabulary, before: str) -> str:
    """A node with what is below it."""
    below = ""
    if node.where is not None:
        below += _item(node.where, vocabulary, "looking only at those where ")
    if node.fact is None and node.ref is None:
        below += "".join(_item(one, vocabulary, "") for one in node.group[1])
    if node.unless is not None:
        below += _item(node.unless, vocabulary, "waived if ")
    inside = f"<ul>{below}</ul>" if below else ""
    return f"<li>{escape(before + headline(node, vocabulary))}{inside}</li>"


def _guards(edition: Edition) -> str:
    return "".join(
        f"<p><strong>{escape(guard.id)}</strong> "
        f"({'goes to a clinician' if guard.then == 'pend' else 'a note, never a reason to wait'}): "
        f"{escape(guard.text)}</p>{_tree(guard.when, edition.vocabulary)}"
        f"{_unless(guard.unless, edition.vocabulary)}"
        for guard in edition.spec.guards
    )


def _outcomes(spec: PolicySpec) -> str:
    """How long approvals are valid and what they do not extend to, where that differs by branch."""
    rows = "".join(f"<li>{escape(one)}.</li>" for one in granted(spec.outcomes))
    return f"<ul>{rows}</ul>" if spec.outcomes.branches else ""


def _unless(node: Criterion | None, vocabulary: Vocabulary) -> str:
    return "" if node is None else f"<p>unless</p>{_tree(node, vocabulary)}"


def _citations(edition: Edition) -> str:
    return "".join(
        f"<p><strong>{escape(one.title)}</strong>{f' doi {escape(one.doi)}' if one.doi else ''}. "
        f"It speaks of patients who fit:</p>"
        f"{_tree(one.population, edition.vocabulary)}"
        for one in edition.spec.citations
    )


def _claims(spec: PolicySpec) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.figure)}</td><td>{escape(one.statement)}</td>"
        f"<td>{escape(one.status)}</td></tr>"
        for one in spec.claims
    )
    return f"<p>Nothing rests on these.</p><table>{rows}</table>" if rows else ""


def _edition(edition: Edition) -> str:
    spec = edition.spec
    until = f" to {spec.effective.to}" if spec.effective.to else " on"
    approvals = (
        "; ".join(f"{one.name}, {one.role}, {one.on}" for one in spec.approvals) or "none yet"
    )
    return _facts(
        (
            ("Policy", f"{spec.policy}, edition {spec.version}"),
            (
                "In force",
                f"from {spec.effective.from_}{until}, by {spec.effective.basis.replace('_', ' ')}",
            ),
            ("Source", f"{spec.source_rank.upper()}, jurisdiction {spec.jurisdiction}"),
            ("Approved by", approvals),
            (
                "Editorial board",
                (
                    f"{spec.editorial.board}; last updated {spec.editorial.last_updated}; next "
                    f"review "
                    f"{spec.next_review}"
                ),
            ),
            ("Content", f"sha256 {edition.ref.sha256}"),
        )
    )


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    return (
        "<dl>"
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
        + "</dl>"
    )
