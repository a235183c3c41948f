"""Forms are read at a glance where they are written as usual, and always as werkzeug reads them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException

import forms
from errors import Problem
from exchange import Call

MOST = 100_000
USUAL = "multipart/form-data; boundary=mark"
AUDIT = b"DXS*TST0000001*VA*V0/6*1\r\nST*001*0001\r\n"

line_ends = st.sampled_from([b"\r\n"] * 9 + [b"\n"])
names = st.sampled_from(["file", "device_id", "x"])
filenames = st.sampled_from(
    ["a.dex", "", " a ", "Küche.dex", "a;b=c", "a%22", "a\\b", "it's", "日本", "a\u2028b", 'a"b']
)
types = st.sampled_from(
    [
        b"",
        b"Content-Type: text/plain",
        b"content-type: x/y",
        b"Content-Type: text/plain; charset=iso-8859-1",
        b"Content-Length: 3",
    ]
)
contents = st.sampled_from(
    [
        AUDIT,
        b"",
        b"7",
        b"\r\n",
        b"\r\n--mar",
        b"\n--mark\r\n",
        b"--mark--",
        b"\xff\x00",
        b"x" * 20_000,
    ]
)
ends = st.sampled_from([b"--\r\n"] * 6 + [b"--", b"", b"-- \r\n", b"--\r\nmore"])
content_types = st.sampled_from(
    [USUAL] * 6
    + [
        'multipart/form-data; boundary="mark"',
        "multipart/form-data;boundary=mark",
        "Multipart/Form-Data; charset=utf-8; boundary=mark",
        "multipart/form-data",
        "multipart/form-data; boundary=other",
        "text/plain",
    ]
)


@st.composite
def part(draw: st.DrawFn) -> bytes:
    end = draw(line_ends)
    head = f'Content-Disposition: form-data; name="{draw(names)}"'
    if draw(st.booleans()):
        head += f'; filename="{draw(filenames)}"'
    typed = draw(types)
    lines = [b"--mark", head.encode(), *([typed] if typed else []), b"", draw(contents), b""]
    return end.join(lines)


# Of a form that breaks off, werkzeug leaves the file it began to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@given(
    written=st.lists(part(), max_size=3),
    end=ends,
    content_type=content_types,
    spoilt=st.none() | st.tuples(st.integers(0, 400), st.sampled_from([b"", b"\r", b"\n", b"-"])),
)
def test_a_form_is_what_werkzeug_says(
    written: list[bytes], end: bytes, content_type: str, spoilt: tuple[int, bytes] | None
) -> None:
    body = b"".join(written) + b"--mark" + end
    if spoilt is not None:
        place, piece = spoilt
        body = body[:place] + piece + body[place + 1 :]
    assert told(forms.parts, body, content_type) == told(forms._any, body, content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
        "multipart/form-data; boundary=----geckoformboundary1f2e3d",
        "multipart/form-data; boundary=------------------------d74496d66958873e",
        'multipart/form-data; boundary="3c4b"',
    ],
)
def test_what_browsers_and_programs_write_is_read_at_a_glance(
    content_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = b"--" + content_type.partition("=")[2].strip('"').encode()
    body = b"\r\n".join(
        [
            mark,
            b'Content-Disposition: form-data; name="device_id"',
            b"",
            b"12",
            mark,
            'Content-Disposition: form-data; name="file"; filename="Küche Süd.dex"'.encode(),
            b"Content-Type: application/octet-stream",
            b"",
            AUDIT,
            mark + b"--",
            b"",
        ]
    )
    monkeypatch.delattr(forms, "_any")
    assert told(forms.parts, body, content_type) == {
        "device_id": (None, "12"),
        "file": ("Küche Süd.dex", AUDIT),
    }


def told(read: Any, body: bytes, content_type: str) -> object:
    """What is found by name, or the name of the refusal."""
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
    }
    try:
        return {part.name: part[1:] for part in read(Call(environ), MOST)}
    except (HTTPException, Problem) as refusal:
        return type(refusal).__name__
