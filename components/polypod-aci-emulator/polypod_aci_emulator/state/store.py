"""The emulator's state on disk: one SQLite file that only its owner can read."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FILE = "state.sqlite3"


def remove(folder: Path) -> None:
    """Remove the file of an unused store, and the files that SQLite keeps next to it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        (folder / f"{_FILE}{suffix}").unlink(missing_ok=True)


class Store:
    """Documents by kind and key.

    Args:
        folder: Where the file lies; made if it is missing.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / _FILE
        file.touch(mode=0o600)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        # Changes do not each wait for the disk: they outlive the process; a failure of the machine may take the newest.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS documents (kind TEXT, key TEXT, content TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """A document, or ``None`` where there is none."""
        with self._lock:
            query = "SELECT content FROM documents WHERE kind = ? AND key = ?"
            row = self._database.execute(query, (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, key: str, content: dict[str, Any]) -> None:
        """Store a document; it survives the process once this returns."""
        with self._lock:
            self._database.execute(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (kind, key, json.dumps(content))
            )

    def delete(self, kind: str, key: str) -> bool:
        """Remove a document; whether there was one."""
        with self._lock:
            done = self._database.execute("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key))
        return done.rowcount > 0

    def items(self, kind: str, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        """The documents of a kind whose key starts with a text, in the order of their keys."""
        with self._lock:
            query = "SELECT key, content FROM documents WHERE kind = ? ORDER BY key"
            rows = self._database.execute(query, (kind,)).fetchall()
        return ((key, json.loads(content)) for key, content in rows if key.startswith(prefix))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Store all changes made inside it, or none if an exception leaves it."""
        with self._lock:
            self._database.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def clear(self) -> None:
        """Delete all documents."""
        with self._lock:
            self._database.execute("DELETE FROM documents")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
