"""Submissions of ten mebibytes that are made to keep a reader busy, each with the code of its
refusal.
"""

from __future__ import annotations

from shared.json_bounds import MAX_VALUE

LARGE = {
    "deep": (b"[" * MAX_VALUE, "too_complex"),
    "wide": (b"[]," * (MAX_VALUE // 3), "too_complex"),
    "objects": (b"[" + b"{}," * (MAX_VALUE // 3 - 2) + b"{}]", "too_complex"),
    "escapes": (b'"\\' * (MAX_VALUE // 2), "not_json"),
    "strings": (b'"[' * (MAX_VALUE // 2), "too_complex"),
    "mixed": (b'{"a":[' * 20 + b"[[[]]]," * (MAX_VALUE // 8), "too_complex"),
    "comb": ((b"[" * 90 + b"]" * 90) * (MAX_VALUE // 200), "too_complex"),
    "slashes": (b"\\\\" * (MAX_VALUE // 4) + b"\\u0000", "null_character"),
}
