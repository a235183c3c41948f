"""What the tests of people share."""

import pytest

from records import security_log


@pytest.fixture(autouse=True)
def new_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many lines as the security log may have, whatever other tests wrote in this minute."""
    monkeypatch.setattr(security_log, "_minute", security_log._Minute())
