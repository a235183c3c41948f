"""Addresses as an operator writes them: of a page, a provider, a server.

Each function gives the address, or raises ValueError with what is wanted.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit


def redis_url(text: str) -> str:
    """Of a Redis."""
    if not re.fullmatch(r"rediss?://\S+", text) or split(text) is None:
        raise ValueError("must be redis://HOST:PORT/NUMBER, or rediss:// over TLS")
    return text


def origin(text: str) -> str:
    """Of a page, without its path."""
    url = split(text)
    if (
        not url
        or url.scheme not in {"http", "https"}
        or url.username
        or url.path.strip("/")
        or url.query
    ):
        raise ValueError("must be an origin such as https://intranet.example")
    return f"{url.scheme}://{url.netloc.lower()}"


def split(text: str) -> SplitResult | None:
    """The parts of a URL, if it names a host."""
    try:
        url = urlsplit(text)
        return url if re.fullmatch(r"[\w.:-]+", url.hostname or "") and url.port != 0 else None
    except ValueError:
        return None


def issuer(text: str) -> str:
    """Of a provider of OpenID Connect."""
    url = split(text)
    if url is None or url.scheme not in ("https", "http"):
        raise ValueError("must be the address of a provider such as https://login.example/realm")
    if url.scheme == "http" and url.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("must begin with https:// unless the provider is on this machine")
    if url.username or url.query or url.fragment:
        raise ValueError("must be an address without name, question mark and #")
    return text


def mail_server(text: str) -> str:
    """Of a mail server, with whom to be there."""
    url = split(text)
    if (
        url is None
        or url.scheme not in ("smtp", "smtps")
        or url.path.strip("/")
        or url.query
        or url.fragment
    ):
        raise ValueError(
            "must be smtp://USER:PASSWORD@HOST:PORT, or smtps:// over TLS; write # ? / @ : % of a "
            "password as %23 %3F %2F %40 %3A %25"
        )
    if (url.username is None) != (url.password is None):
        raise ValueError("must have a user and a password, or neither")
    return text
