"""Submissions of ten mebibytes that are made to keep a reader busy, each with the code of its
refusal.
"""

from __future__ import annotations

from services.intake.reading.guard import MAX_BYTES

LARGE = {
    "deep": (b"[" * MAX_BYTES, "too_deep"),
    "wide": (b"[]," * (MAX_BYTES // 3), "not_json"),
    "escapes": (b'"\\' * (MAX_BYTES // 2), "not_json"),
    "strings": (b'"[' * (MAX_BYTES // 2), "too_deep"),
    "mixed": (b'{"a":[' * 20 + b"[[[]]]," * (MAX_BYTES // 8), "not_json"),
    "comb": ((b"[" * 90 + b"]" * 90) * (MAX_BYTES // 200), "not_json"),
    "slashes": (b"\\\\" * (MAX_BYTES // 4) + b"\\u0000", "null_character"),
}
