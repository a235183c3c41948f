"""/metrics: what Prometheus reads, at CVD's own port for whoever has the key."""

from __future__ import annotations

import hmac
import tomllib

from flask import Flask, Response, request

from db import Engine
from errors import Unauthenticated
from settings import PROJECT, Settings
from web import exposition
from web.exposition import Exposition
from web.measures import Metrics

PATH = "/metrics"
SCHEME = "bearer "


def register(app: Flask, settings: Settings, metrics: Metrics, engine: Engine) -> Exposition:
    """What is told, served from `app` where there is a key."""
    told = Exposition(metrics, engine, version=_version())

    def serve() -> Response:
        if not has_key(request.headers.get("Authorization"), settings.metrics_token):
            raise Unauthenticated("Metrics are for whoever sends the key of CVD_METRICS_TOKEN.")
        answer = Response(told.text(), content_type=exposition.CONTENT_TYPE)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    if settings.metrics_token:
        app.add_url_rule(PATH, endpoint="metrics", view_func=serve)
    return told


def has_key(authorization: str | None, token: str) -> bool:
    """Whether an Authorization header carries the key; any does where there is none."""
    if not token:
        return True
    given = authorization or ""
    scheme, key = given[: len(SCHEME)].lower(), given[len(SCHEME) :]
    is_same = hmac.compare_digest(key.encode("utf-8", "surrogateescape"), token.encode())
    return is_same and scheme == SCHEME


def _version() -> str:
    stated = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    version: str = stated["project"]["version"]
    return version
