"""What tests of alerts need: a mail server, and the hands of a worker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.job_worker import JobWorker
from services.alerts import alert_beat
from tests.kit.mailbox import Mailbox, serving

FROM = "cvd@vending.example"


@pytest.fixture
def mailbox(monkeypatch):
    """A mail server that takes what it is sent; CVD is told of it as an operator tells it."""
    with serving(Mailbox()) as box:
        monkeypatch.setenv("CVD_SMTP_URL", box.url)
        monkeypatch.setenv("CVD_MAIL_FROM", FROM)
        yield box


@pytest.fixture
def work(engine, settings):
    """work(): what a worker does until nothing is left; with `mailbox=` it may send mails."""

    def work(mailbox=None):
        sending = replace(settings, smtp_url=mailbox.url, mail_from=FROM) if mailbox else settings
        worker = JobWorker(engine, "first", lambda engine: alert_beat.beat(engine, sending))
        while worker.run_one():
            pass

    return work
