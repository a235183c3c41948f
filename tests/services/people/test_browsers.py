"""What somebody signs in with, in words."""

import pytest

from services.people import browsers

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


IPHONE = f"{MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X)"
MAC = f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            f"{MOZILLA} (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
        ),
        (
            f"{MOZILLA} (Linux; Android 15) {WEBKIT} Chrome/140.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (f"{IPHONE} {APPLE} Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{MAC} {APPLE} Safari/605.1.15", "Safari on Mac"),
        (
            f"{MOZILLA} (X11; Linux x86_64) {WEBKIT} HeadlessChrome/140.0 Safari/537.36",
            "Chrome on Linux",
        ),
        ("curl/8.14.1", "curl"),
        ("Depot gateway 2/1.0", "Depot gateway 2"),
        ("A" * 5000, "A" * browsers.LONGEST_NAME),
        ("<script>", browsers.UNKNOWN),
        ("", browsers.UNKNOWN),
        (None, browsers.UNKNOWN),
    ],
)
def test_a_browser_is_told_in_words(user_agent, words):
    assert browsers.words(user_agent) == words
