"""A store in a SQLite file on a small disk."""

from pathlib import Path

from shared.lanes.store.sqlite import SqliteDatabase

PAGE, MEBIBYTE = 4_096, 2**20


def test_the_log_beside_the_file_stays_small_whatever_is_written(tmp_path: Path):
    database = SqliteDatabase(tmp_path / "store.sqlite")
    database.query("CREATE TABLE kept (n INTEGER PRIMARY KEY, content BLOB)")
    longest = 0
    for n in range(200):
        with database.transaction():
            database.query(
                "INSERT OR REPLACE INTO kept VALUES (?, zeroblob(?))", (n % 10, 30 * PAGE)
            )
        longest = max(longest, (tmp_path / "store.sqlite-wal").stat().st_size)
    database.close()

    assert MEBIBYTE < longest < 5 * MEBIBYTE
