"""Keys that change no answer of the engine, and the kinds of unknown in words."""

from __future__ import annotations

REMARKS = {
    "PolicySpec.policy": "The policy's name, the same in all its editions.",
    "PolicySpec.version": "The edition, and the folder it stands in.",
    "PolicySpec.title": "Its title, which letters and pages name.",
    "PolicySpec.url": "Where the public can read it.",
    "PolicySpec.jurisdiction": "Where it applies, for the page that a clinician signs.",
    "PolicySpec.vocabulary": "The facts that it may name: `name@version`.",
    "PolicySpec.supersedes": "The edition that came before.",
    "PolicySpec.overlay_of": "The policy that this one adds to.",
    "PolicySpec.criteria": "The tree that decides: met approves.",
    "PolicySpec.sources": "The public documents that criteria are drawn from.",
    "PolicySpec.claims": "Figures that nobody could trace: kept, never a criterion.",
    "PolicySpec.forbidden_sole_reasons": "Nodes that a clinician's refusal may not rest on alone.",
    "PolicySpec.next_review": "When the edition must be looked at again.",
    "Criterion.label": "The node in words, at most 400 characters.",
    "Criterion.citations": "The `id`s of the sources and citations that the node follows.",
    "Criterion.wording": (
        "How the words stand to the source: `verbatim`, `paraphrase`, `reviewed`, `illustrative`."
    ),
    "CitationSpec.doi": "Where the study can be found.",
    "SourceSpec.id": "What `citations` name.",
    "SourceSpec.title": "The document's title.",
    "SourceSpec.url": "Where it can be read (`https://`).",
    "SourceSpec.section": "The part of it that is meant.",
    "SourceSpec.thresholds": "Thresholds that it names: lint tells where a leaf asks for more.",
    "ThresholdSpec.fact": "The fact that it is about.",
    "ThresholdSpec.at_least": "The least number that the source accepts.",
    "ThresholdSpec.at_most": "The largest number that it accepts.",
    "ThresholdSpec.above": "The number above which it accepts.",
    "ThresholdSpec.below": "The number below which it accepts.",
    "ThresholdSpec.within_days": "The days before receipt within which it accepts.",
    "ThresholdSpec.section": "Where it stands in the source.",
    "ClaimSpec.id": "The claim's name.",
    "ClaimSpec.figure": "The figure.",
    "ClaimSpec.statement": "What it was said of.",
    "ClaimSpec.status": "Always `unverified`.",
}
"""By `Model.key`; each stands in the whole policy of the page."""
UNKNOWN = {
    "absent": "Nobody documented the fact.",
    "illegible": "The value, its unit or its date cannot be what the vocabulary says.",
    "conflicting": "Observations contradict each other, and none is later and surer.",
    "old_evidence": "An acute finding was seen so long ago that it does not tell how it is now.",
    "stale": "The latest observation is older than the vocabulary allows.",
    "below_confidence": "Nothing is as sure as the leaf asks.",
    "group_scope": "It was said of several subjects together, and the leaf wants one's own.",
    "open_list": "The list may hold more than it shows (or holds nothing, for `for_every`).",
    "uncertain": "Some possible values meet it, others do not: the event gives no reason.",
}
PLACES = {
    "PolicySpec": "a policy",
    "Criterion": "any node of the criteria",
    "CitationSpec": "a citation",
    "SourceSpec": "a source",
    "ThresholdSpec": "a threshold of a source",
    "ClaimSpec": "a claim",
}
"""Where a key stands, by its model."""
REMARKED = {
    "waived": "The `unless` of the node is what its state rests on.",
    "assumed": "Nobody documented it, and the leaf takes that as no.",
}
"""What an event may give as a node's `reason` although its state is known."""
