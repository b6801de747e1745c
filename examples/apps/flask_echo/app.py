"""The Flask echo: sends back what it is sent, keeps it in PostgreSQL and counts requests in Redis where it has them."""

from __future__ import annotations

import logging
import os
import platform
import socket
from importlib.metadata import version
from typing import Any

import redis
from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException

import storage

APP_VERSION = os.environ.get("APP_VERSION", "dev")
REDIS_URL = os.environ.get("REDIS_URL")
LOG_FILE = os.environ.get("LOG_FILE")

app = Flask(__name__)
cache = redis.Redis.from_url(REDIS_URL) if REDIS_URL else None
log = logging.getLogger("requests")
if LOG_FILE:
    logging.basicConfig(filename=LOG_FILE, format="%(asctime)s %(message)s", level=logging.INFO)


@app.get("/")
def hello() -> dict[str, str]:
    """Say who answers."""
    return {"message": "Hello from Flask", "version": APP_VERSION, "hostname": socket.gethostname()}


@app.post("/echo")
def echo() -> dict[str, Any]:
    """Send the body back, and keep it where there is a database."""
    try:
        body = request.get_json(force=True)
    except BadRequest:
        abort(400, "the body is not JSON")
    if storage.DATABASE_URL:
        storage.add(body)
    return {"echo": body, "framework": "flask", "hostname": socket.gethostname()}


@app.get("/messages")
def messages() -> list[dict[str, Any]]:
    """The last messages, the newest first."""
    if not storage.DATABASE_URL:
        abort(404, "no DATABASE_URL: messages are not kept")
    return storage.latest(20)


@app.get("/count")
def count() -> dict[str, int]:
    """The requests that every program on this Redis has answered."""
    if cache is None:
        abort(404, "no REDIS_URL: requests are not counted")
    return {"count": int(cache.get("requests") or 0)}


@app.get("/health")
def health() -> dict[str, str]:
    """Say that requests are answered."""
    return {"status": "ok"}


@app.get("/info")
def info() -> dict[str, Any]:
    """What this program is, without its settings: they hold passwords."""
    about = {
        "framework": f"flask {version('flask')}",
        "python": platform.python_version(),
        "hostname": socket.gethostname(),
        "version": APP_VERSION,
    }
    return {**about, "messages": storage.count()} if storage.DATABASE_URL else about


@app.after_request
def record(response: Response) -> Response:
    """Count and log a request; asking for the health or the count is neither."""
    if request.path not in ("/health", "/count"):
        log.info("%s %s %s", request.method, request.path, response.status_code)
        if cache is not None:
            cache.incr("requests")
    return response


@app.errorhandler(HTTPException)
def error(problem: HTTPException) -> tuple[Response, int]:
    """Answer an error as JSON."""
    return jsonify(error=problem.description), problem.code or 500
