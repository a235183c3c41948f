"""A mail server of its own: real SMTP, on a port of this machine, that keeps what it is sent."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


class Mailbox:
    """The mails that came, and what the server answers to the next ones."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """What aiosmtpd calls for each mail."""
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append(mail)
        return self.answer


@contextmanager
def serving(mailbox: Mailbox, port: int = 0) -> Iterator[Mailbox]:
    """While it runs, mails are taken at `mailbox.url`; 0 is a free port."""
    controller = Controller(mailbox, hostname=HOST, port=port)
    if port == 0:
        # The controller knocks at the port that it was given, which must be a real one.
        with socket.socket() as free:
            free.bind((HOST, 0))
            controller.port = free.getsockname()[1]
    mailbox.port = controller.port
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
