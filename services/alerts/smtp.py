"""The mail server, named by CVD_SMTP_URL: one mail, handed over or refused."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

import clock
from errors import Conflict, Unavailable
from settings import Settings

PATIENCE_S = 10
PORTS = {"smtp": 25, "smtps": 465}
HERE = ("localhost", "127.0.0.1", "::1")
FAILED = 400
REFUSED = 500
NOT_SET = (
    "No mail server is set: set CVD_SMTP_URL and CVD_MAIL_FROM in CVD's settings, then start it "
    "again."
)


def message_of(
    settings: Settings,
    *,
    to: str,
    message_id: str,
    written_at: str,
    subject: str,
    plain: str,
    html: str,
) -> EmailMessage:
    """A mail with both texts, the same bytes whenever it is made of the same."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(clock.to_datetime(written_at))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    message.set_boundary(f"=-{message_id.strip('<>').partition('@')[0]}")
    return message


def deliver(settings: Settings, message: EmailMessage) -> None:
    """Hand a mail over. Raises Unavailable where it may be tried again, Conflict where not."""
    if settings.smtp_url is None:
        raise Conflict(NOT_SET)
    url = urlsplit(settings.smtp_url)
    try:
        with _connected(url) as server:
            _sign_in(server, url)
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()))
        raise _refusal(url, code, answer) from None
    except smtplib.SMTPAuthenticationError as refused:
        raise Conflict(
            f"The mail server {url.hostname} does not take the user and password of CVD_SMTP_URL "
            f"({refused.smtp_code})."
        ) from None
    except smtplib.SMTPResponseException as refused:
        raise _refusal(url, refused.smtp_code, refused.smtp_error) from None
    except smtplib.SMTPNotSupportedError as lacking:
        raise Conflict(
            f"The mail server {url.hostname} lacks what this mail needs: {lacking}"
        ) from None
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as cut:
        raise _away(url, cut) from None
    except ssl.SSLError as error:
        raise Conflict(
            f"No safe connection to the mail server {url.hostname}: {error.reason or error}."
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise _away(url, error) from None


def _connected(url: SplitResult) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    if url.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE_S, context=context)
    server = smtplib.SMTP(host, port, timeout=PATIENCE_S)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    return server


def _sign_in(server: smtplib.SMTP, url: SplitResult) -> None:
    """A password goes over TLS, or no further than this machine."""
    if url.username is None:
        return
    if not isinstance(server.sock, ssl.SSLSocket) and url.hostname not in HERE:
        raise Conflict(
            f"The mail server {url.hostname} offers no encryption, so CVD does not send it a "
            "password: use smtps:// in CVD_SMTP_URL."
        )
    server.login(unquote(url.username), unquote(url.password or ""))


def _away(url: SplitResult, error: Exception) -> Unavailable:
    return Unavailable(
        f"The mail server {url.hostname} does not answer ({type(error).__name__}): it is tried "
        "again."
    )


def _refusal(url: SplitResult, code: int, answer: bytes | str) -> Conflict | Unavailable:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    words = f"The mail server {url.hostname} refused the mail ({code} {said[:200]})."
    return Conflict(words) if code >= REFUSED or code < FAILED else Unavailable(words)
