"""Forms: the parts of a multipart/form-data body (RFC 7578).

Browsers and programs write a form in one way, which is read here at a glance. Any other
way of writing it, and whatever is wrong with it, is left to werkzeug, which takes nine
times as long, a tenth of all that an uploaded audit takes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from contract import MULTIPART
from errors import UnsupportedType
from exchange import Call

LONGEST_TEXT = 10_000
MOST_PARTS = 20
CONTENT_TYPE = re.compile(r'multipart/form-data; ?boundary=("?)([A-Za-z0-9_-]{1,70})\1')
# Nothing in the names that would have to be taken apart; of the type of a file nothing is kept.
FIELD = re.compile(rb'Content-Disposition: form-data; name="([A-Za-z0-9_]+)"')
FILE = re.compile(
    FIELD.pattern + rb'; filename="([^\x00-\x1f\x7f"%\\]*)"(?:\r\nContent-Type: [\x21-\x7e]+)?'
)


class Part(NamedTuple):
    """A field, as text, or a file, as bytes; a file has a name, maybe an empty one."""

    name: str
    filename: str | None
    content: str | bytes


def parts(call: Call, most: int) -> list[Part]:
    """The parts of a form of at most so many bytes, of each name the first.

    Raises UnsupportedType for what says it is no form, and what werkzeug raises.
    """
    body = call.stated_body(most)
    found = None if body is None else _at_a_glance(call.environ.get("CONTENT_TYPE", ""), body)
    return _any(call, most) if found is None else found


def _at_a_glance(content_type: str, body: bytes) -> list[Part] | None:
    """The parts of a form as it is usually written; None for any other."""
    typed = CONTENT_TYPE.fullmatch(content_type)
    if typed is None:
        return None
    mark = b"--" + typed[2].encode()
    if not body.startswith(mark) or not body.endswith((mark + b"--", mark + b"--\r\n")):
        return None
    written = body[len(mark) :].split(b"\r\n" + mark)[:-1]
    # Text that looks like the mark may be one to werkzeug.
    if body.count(mark) != len(written) + 1 or len(written) > MOST_PARTS:
        return None
    found = [part for each in written if (part := _part(each)) is not None]
    # Of a part that could not be read, and of a name that is there twice, werkzeug decides.
    return found if len({part.name for part in found}) == len(written) else None


def _part(written: bytes) -> Part | None:
    head, blank, content = written.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"\r\n"):
        return None
    head = head[2:]
    try:
        if field := FIELD.fullmatch(head):
            text = content.decode() if len(content) <= LONGEST_TEXT else None
            return None if text is None else Part(field[1].decode(), None, text)
        if file := FILE.fullmatch(head):
            return Part(file[1].decode(), file[2].decode(), content)
    except UnicodeDecodeError:
        pass
    return None


def _any(call: Call, most: int) -> list[Part]:
    request = call.request
    request.max_content_length = most
    if request.mimetype != MULTIPART:
        raise UnsupportedType("Send the file as multipart/form-data.")
    with request:  # which puts large files on the disk meanwhile
        return [
            *(Part(name, None, text) for name, text in request.form.items()),
            *(Part(name, file.filename or "", file.read()) for name, file in request.files.items()),
        ]
