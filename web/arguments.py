"""Arguments: what a call gives its operation, once it is of the shape the contract states."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import IO, Any

import orjson

from contract import JSON, MULTIPART, Body, Operation, argument_name, queries
from contract.results import Spooled, Upload
from contract.validation import clean, is_surely_clean
from errors import Invalid, Malformed, NotFound, TooLarge, UnsupportedType
from settings import Settings
from web.call import Call

Arguments = queries.Arguments
Errors = queries.Errors

# A form around a file: boundaries and the other fields.
FORM_OVERHEAD_BYTES = 16 * 1024
READ_AT_ONCE = 256 * 1024


def read(
    operation: Operation, call: Call, path: Mapping[str, Any], settings: Settings
) -> Arguments:
    """The keyword arguments of an operation's function.

    Raises NotFound, Invalid, Malformed, TooLarge or UnsupportedType.
    """
    errors: Errors = []
    arguments = _parameters(operation, call.query, path, errors)
    if operation.body is not None:
        call.body, is_clean = _body(operation.body, call, settings)
        errors += _body_errors(operation.body, call.body)
        if not errors:
            body = call.body if is_clean else _cleaned(call.body)
            arguments.update(_body_arguments(operation, body))
    if errors:
        raise Invalid(errors)
    return arguments


def _parameters(
    operation: Operation, query: Mapping[str, str], path: Mapping[str, Any], errors: Errors
) -> Arguments:
    arguments = queries.read(operation, query, errors)
    for parameter in operation.parameters:
        if parameter.place == "path":
            value = path[parameter.name]
            if not parameter.validator.is_valid(value):
                raise NotFound("There is nothing at this address.")
            arguments[parameter.argument] = value
    return arguments


def _body(body: Body, call: Call, settings: Settings) -> tuple[Any, bool]:
    """The body, and whether it is surely clean: to walk through a long one takes a while."""
    if body.media_type == MULTIPART:
        return _form(body, call, settings), False
    content = _content(call, settings)
    try:
        return orjson.loads(content), is_surely_clean(content)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error}.") from None


def _content(call: Call, settings: Settings) -> bytes:
    if call.media_type != JSON:
        raise UnsupportedType("Send the body as application/json.")
    most = call.most_bytes(settings.max_body_bytes)
    content = call.content(most)
    if content is None:
        raise TooLarge(f"The body is larger than {most} bytes.")
    return content


def _form(body: Body, call: Call, settings: Settings) -> Any:
    if body.most_bytes is not None:
        # Read until the operation has ended, then closed: `Call.release`.
        return _form_of(body, call, body.most_bytes)
    with call.request:
        return _form_of(body, call, settings.max_upload_bytes)


def _form_of(body: Body, call: Call, most: int) -> Any:
    request = call.request
    request.max_content_length = most + FORM_OVERHEAD_BYTES
    if request.mimetype != MULTIPART:
        raise UnsupportedType("Send the file as multipart/form-data.")
    form: dict[str, Any] = {}
    for name, text in request.form.items():
        kind = body.schema["properties"].get(name, {})
        if kind.get("type") == "boolean":
            form[name] = {"true": True, "false": False}.get(text, text)
        else:
            form[name] = queries.number_or_text(text) if "$ref" in kind else text
    for name, file in request.files.items():
        filename = _filename(file.filename)
        if body.most_bytes is not None:
            form[name] = _spooled(filename, file.stream, most)
            continue
        content = file.read(most + 1)
        if len(content) > most:
            raise TooLarge(f"The file is larger than {most} bytes.")
        form[name] = Upload(filename, content)
    return form


def _spooled(filename: str, stream: IO[bytes], most: int) -> Spooled:
    length = stream.seek(0, os.SEEK_END)
    if length > most:
        raise TooLarge(f"The file is larger than {most} bytes.")
    stream.seek(0)
    sha256 = hashlib.sha256()
    while piece := stream.read(READ_AT_ONCE):
        sha256.update(piece)
    stream.seek(0)
    return Spooled(filename, stream, length, sha256.hexdigest())


def _filename(name: str | None) -> str:
    """The sender's name for a file, fit to be shown: no path, no control characters."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:200] or "audit"


def _body_errors(body: Body, value: Any) -> Errors:
    if body.media_type != MULTIPART:
        return body.validator.errors(value)
    # A file is bytes, which JSON has not: its name stands for it.
    plain = {
        name: part.filename if isinstance(part, Upload | Spooled) else part
        for name, part in value.items()
    }
    errors = body.validator.errors(plain)
    return errors + [
        {"pointer": f"/{name}", "message": "must be a file, with a file name"}
        for name in body.files
        if isinstance(value.get(name), str)
    ]


def _cleaned(body: Any) -> Any:
    try:
        return clean(body)
    except ValueError as place:
        raise Invalid.at(str(place), "must not hold a NUL character") from None


def _body_arguments(operation: Operation, body: Mapping[str, Any]) -> Arguments:
    if operation.method == "patch":
        changes = {name: value for name, value in body.items() if name != "version"}
        return {"version": body["version"], "changes": changes}
    return {argument_name(name): value for name, value in body.items()}
