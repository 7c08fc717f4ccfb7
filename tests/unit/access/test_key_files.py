import base64
from pathlib import Path

import pytest

from shared.access.key_files import secret, signing_key
from shared.errors import Impossible


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path):
    path = tmp_path / "keys" / "seal.key"
    first = secret(path, make=True)
    assert len(first) == 32
    assert secret(path, make=True) == first == secret(path, make=False)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_signing_key_is_the_same_each_time(tmp_path: Path):
    path = tmp_path / "desk.key"
    first = signing_key(path, make=True)
    assert signing_key(path, make=False).public_key() == first.public_key()


def test_a_key_that_is_not_there_is_not_made_unasked(tmp_path: Path):
    with pytest.raises(Impossible, match="does not exist"):
        secret(tmp_path / "seal.key", make=False)
    assert not (tmp_path / "seal.key").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "too short"),
        (base64.b64encode(b"k" * 32).decode(), "too simple"),
        (base64.b64encode(b"0123456789").decode(), "too short"),
        ("not base64!", "no base64"),
    ],
)
def test_a_key_that_is_none_is_refused_with_what_to_do(tmp_path: Path, content: str, said: str):
    path = tmp_path / "seal.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(Impossible, match=said) as refused:
        secret(path, make=False)
    assert "openssl rand" in str(refused.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int):
    path = tmp_path / "seal.key"
    secret(path, make=True)
    path.chmod(mode)
    with pytest.raises(Impossible, match="Others than its owner"):
        secret(path, make=False)
