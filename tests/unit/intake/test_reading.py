"""Whatever bytes arrive: a submission, or a refusal by name that repeats nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.intake.handlers import read
from services.intake.model import Submission
from shared.errors import Malformed
from shared.events.request import Fact, Member, ServiceLine
from shared.events.submissions import FHIR_BUNDLE, AuthorizationRequestSubmitted
from shared.examples.pas import bundle
from shared.json_bounds import MAX_VALUE, admit
from shared.settings import MAX_NATIVE_BYTES
from tests.unit.intake.given import line, outcome_of, raw, request
from tests.unit.intake.hostile import LARGE

NATIVE = AuthorizationRequestSubmitted.TYPE
MEMBER = sorted(Member.model_fields)


def refusal(value: bytes, ce_type: str = NATIVE) -> Malformed:
    with pytest.raises(Malformed) as caught:
        read(ce_type, {}, value)
    return caught.value


def test_a_native_request_is_read_as_what_it_says():
    found = read(NATIVE, {}, raw(request()))
    assert (found.sender, found.reference, found.member, found.opens) == (
        "clinic-1",
        "R-1",
        "M-1",
        True,
    )
    assert found.request is not None
    assert found.request.lines == tuple(
        ServiceLine.model_validate(one) for one in request()["lines"]
    )


def test_spacing_and_key_order_do_not_make_another_submission():
    shuffled = json.dumps(dict(reversed(request().items())), indent=3).encode()
    assert (
        read(NATIVE, {}, shuffled).content_sha256 == read(NATIVE, {}, raw(request())).content_sha256
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"sender": "clinic-2"},
        {"reference": "R-2"},
        {"urgency": "expedited"},
        {"facts": []},
        {"lines": [line(1)]},
    ],
)
def test_other_content_or_another_sender_is_another_submission(changed: dict[str, Any]):
    assert (
        read(NATIVE, {}, raw(request(**changed))).content_sha256
        != read(NATIVE, {}, raw(request())).content_sha256
    )


def test_the_content_hash_is_stable_between_versions_of_the_software():
    assert (
        read(NATIVE, {}, raw(request())).content_sha256
        == "60df0dc066a88f644d95dc7c6a9474088bb63741e4214065ce3aeee53b9db538"
    )


def test_a_byte_order_mark_is_passed_over_once():
    mark = b"\xef\xbb\xbf"
    for ce_type, value in ((NATIVE, raw(request())), ("", raw(bundle("homecare")))):
        marked = read(ce_type, {}, mark + value)
        assert marked.content_sha256 == read(ce_type, {}, value).content_sha256
        assert refusal(mark + mark + value, ce_type).code == "not_json"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (b'{"resourceType": "Bundle", "entry": [], "entry": []}', "twice: entry."),
        (b'{"resourceType": "Bundle", "\\u0065ntry": [], "entry": []}', "twice: entry."),
        (b'{"resourceType": "Bundle", "John": 1, "John": 1}', "of a name that is not known here"),
        (b'{"resourceType": "Bundle", "a": [{"type": 1, "id": 1, "type": 2}]}', "twice: type."),
    ],
)
def test_a_member_that_stands_twice_in_a_bundle_is_named_if_bundles_have_it(
    value: bytes, told: str
):
    found = refusal(value, FHIR_BUNDLE)
    assert (found.code, told in str(found)) == ("duplicate_member", True)


@pytest.mark.parametrize(
    "value",
    [b'{"a": ":", "b": "\\":\\":"}', b'{"a\\\\": {"b": [{"c": "{:"}, {"c": 1}]}, ":": {}}'],
)
def test_colons_in_text_are_no_members(value: bytes):
    assert refusal(value, FHIR_BUNDLE).code == "not_a_bundle"


@pytest.mark.parametrize("npi", ["\u0661" * 10, "199999997", "19999999766", "199999997a"])
def test_the_number_of_a_provider_has_ten_ascii_digits(npi: str):
    assert "requester.npi" in str(refusal(raw(request(requester={"npi": npi}))))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"[1]", "schema"),
        (b"{}", "schema"),
        (b"\xff\xfe{}", "not_utf8"),
        (b'{"sender": "a\xc3"}', "not_utf8"),
        (b'{"sender": "\x00"}', "null_character"),
        (raw(request(sender="a\x00b")), "null_character"),
        (raw(request(reference="\\\x00")), "null_character"),
        (b'{"note": "\\ud800"}', "not_json"),
        (b"[" * 5_000 + b"]" * 5_000, "too_deep"),
        (b'{"a":' * 5_000, "too_deep"),
        (b"[" * 101, "too_deep"),
        (b" " * (MAX_VALUE + 1), "too_large"),
        (raw(request(lines=[line(1), line(1)])), "duplicate_sequence"),
        (raw(request(lines=[line(1, cancelled=True)])), "nothing_requested"),
        (raw(request(lines=[])), "schema"),
        (raw(request(urgency="soon")), "schema"),
        (raw(request(facts=[{"path": "a", "value": float("nan")}])), "not_finite"),
        (
            raw(request(facts=[{"path": "a", "value": {"low": 1}}])).replace(
                b'"low": 1', b'"low": 1e999'
            ),
            "not_finite",
        ),
        (
            raw(request(facts=[{"path": "a", "value": ["x", 1]}])).replace(
                b'"x", 1', b'"x", -1e999'
            ),
            "not_finite",
        ),
        (
            raw(request(facts=[{"path": "a", "value": {"any_of": [2]}}])).replace(
                b"[2]", b"[1e999]"
            ),
            "not_finite",
        ),
    ],
)
def test_what_cannot_be_a_request_is_refused_by_name(value: bytes, code: str):
    assert refusal(value).code == code


def test_an_unknown_type_is_refused_and_a_missing_one_is_found_out():
    assert refusal(raw(request()), "pa.submissions.fax.v1").code == "unknown_type"
    assert read("", {}, raw(request())).sender == "clinic-1"
    assert refusal(b'{"resourceType": "Bundle"}', "").code == "no_entries"


def test_an_escaped_backslash_before_u0000_is_ordinary_text():
    assert read(NATIVE, {}, raw(request(reference="\\u0000"))).reference == "\\u0000"


def test_a_refusal_names_fields_and_none_of_their_content():
    private = "JANE-DOE-1"
    found = refusal(
        raw(
            request(
                member={"id": private, private: 1, "state": private},
                lines=[{"sequence": private}] * 9,
            )
        )
    )
    assert private not in str(found)
    assert str(found).endswith(
        ": member.state: string_pattern_mismatch (pattern ^[A-Z]{2}$); "
        f"lines.0.sequence: int_type; member: extra_forbidden (there are {', '.join(MEMBER)})."
    )


def test_a_refusal_names_as_many_fields_as_its_detail_has_room_for_and_counts_the_others():
    wrong = {name: {} for name in ServiceLine.model_fields}
    provider = {"npi": [], "name": []}
    found = refusal(
        raw(
            {name: {} for name in AuthorizationRequestSubmitted.model_fields}
            | {"member": {name: {} for name in Member.model_fields}, "lines": [wrong]}
            | {"requester": provider, "performer": provider}
            | {"facts": [{name: [[]] for name in Fact.model_fields}]}
        )
    )
    named = str(found).count("; ") + 1
    assert named > 15
    assert re.search(r" \(and [1-9][0-9]* more\)\.$", str(found))
    assert len(str(found)) <= 1_000


def test_fields_that_the_schema_lacks_are_told_once_with_their_number():
    found = refusal(raw(request(member={"id": "M", **{f"field-{n}": n for n in range(300)}})))
    assert str(found).endswith(
        f": member: extra_forbidden (300 fields; there are {', '.join(MEMBER)})."
    )


@pytest.mark.parametrize(
    ("content", "ce_type"),
    [
        (request(facts=[{}] * 5_000), NATIVE),
        (request(lines=[line(1, diagnoses=[1] * 10_000)]), NATIVE),
        (bundle("homecare") | {"entry": [{}] * 10_000}, FHIR_BUNDLE),
    ],
)
def test_of_a_long_list_only_the_first_misfit_is_looked_for(content: dict[str, Any], ce_type: str):
    assert "more)" not in str(refusal(raw(content), ce_type))


def test_a_hundred_levels_are_read_and_brackets_in_text_do_not_count():
    admit(b"[" * 100 + b"]" * 100)
    admit(json.dumps({"a": ["[{" * 500, '"[' * 200, "\\"] * 3}).encode())


@pytest.mark.parametrize("name", LARGE)
def test_ten_hostile_mebibytes_are_refused(name: str):
    value, code = LARGE[name]
    assert refusal(value, FHIR_BUNDLE).code == code


def test_a_native_request_has_a_limit_of_its_own():
    good = raw(request())
    assert read(NATIVE, {}, good, len(good)).sender == "clinic-1"
    with pytest.raises(Malformed, match=f"larger than {len(good) - 1:,} bytes"):
        read("", {}, good, len(good) - 1)
    assert refusal(good.ljust(MAX_NATIVE_BYTES + 1)).code == "too_large"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=10) | st.sampled_from(sorted(request())), inner, max_size=4
        )
    ),
    max_leaves=20,
)
HOSTILE = (
    st.binary(max_size=200)
    | JSON.map(raw)
    | st.builds(
        lambda key, value: raw(request(**{key: value})), st.sampled_from(sorted(request())), JSON
    )
)


@given(HOSTILE, st.sampled_from([NATIVE, FHIR_BUNDLE, ""]))
@example(
    b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Claim"}}]}', FHIR_BUNDLE
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_make_a_submission_or_a_named_refusal_and_nothing_else(
    value: bytes, ce_type: str
):
    assert isinstance(outcome_of(lambda: read(ce_type, {}, value)), Submission | str)
