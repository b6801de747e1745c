"""The messages in PostgreSQL."""

from __future__ import annotations

import os
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Json

DATABASE_URL = os.environ.get("DATABASE_URL", "")


def migrate() -> None:
    """Make the table, unless it is there."""
    with psycopg.connect(DATABASE_URL) as connection:
        # Replicas start at the same time, and two CREATE TABLE IF NOT EXISTS at once can fail.
        connection.execute("SELECT pg_advisory_xact_lock(1)")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS messages ("
            "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
            "body json NOT NULL, "
            "at timestamptz NOT NULL DEFAULT now())"
        )


def add(body: Any) -> None:
    """Keep a message."""
    with psycopg.connect(DATABASE_URL) as connection:
        connection.execute("INSERT INTO messages (body) VALUES (%s)", [Json(body)])


def latest(limit: int) -> list[dict[str, Any]]:
    """The last messages, the newest first."""
    query = "SELECT id, body, at::text FROM messages ORDER BY id DESC LIMIT %s"
    with psycopg.connect(DATABASE_URL, row_factory=dict_row) as connection:
        return connection.execute(query, [limit]).fetchall()


def count() -> int:
    """How many messages there are."""
    with psycopg.connect(DATABASE_URL, row_factory=dict_row) as connection:
        rows = connection.execute("SELECT count(*) AS count FROM messages").fetchall()
    return int(rows[0]["count"])
