"""The text of a mail: plain and as HTML, the same words. What people typed is text in both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from db import Row
from domain.currencies import decimals_of

LONGEST_SUBJECT = 150
# Neither a header nor a line of a list may be broken by what somebody typed.
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
PAGE = """<!doctype html>
<html lang="en"><body style="font-family: system-ui, sans-serif; font-size: 15px; color: #1a1d21">
{parts}
</body></html>
"""


class Text(NamedTuple):
    """What a mail says."""

    subject: str
    plain: str
    html: str


class Money:
    """Amounts of a currency in words: 12.50 USD."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._decimals = decimals_of(currency)

    def __call__(self, cents: int) -> str:
        return f"{cents / 10**self._decimals:,.{self._decimals}f} {self._currency}"


def of_alerts(
    alerts: Sequence[Row], *, address: str, company: str, money: Money, is_digest: bool
) -> Text:
    """What somebody is told of alerts, the dearest first; links lead to CVD at `address`."""
    lost = sum(alert["lost_cents_per_day"] or 0 for alert in alerts)
    at_stake = f", {money(lost)} a day" if lost else ""
    count = "1 alert" if len(alerts) == 1 else f"{len(alerts)} alerts"
    subject = f"{count}{at_stake}"
    if len(alerts) == 1:
        subject = f"{_said(alerts[0])}{at_stake}"
    if is_digest:
        subject = f"Today: {subject}"
    if company:
        subject = f"{subject} ({company})"
    heading = f"{count}{at_stake}."
    lines = [_line(alert, money) for alert in alerts]
    links = [f"{address}/#{_place(alert)}" for alert in alerts]
    footer = "You get this mail by a rule for alerts. Who is told of what is chosen at"
    rules = f"{address}/#/alert-rules"
    plain = [heading, ""]
    for line, link in zip(lines, links, strict=True):
        plain += [f"- {line}", f"  {link}"]
    plain += ["", f"All alerts: {address}/#/alerts", f"{footer} {rules}"]
    items = [
        f'<li style="margin-bottom: 6px"><a href="{escape(link)}">{escape(line)}</a></li>'
        for line, link in zip(lines, links, strict=True)
    ]
    all_alerts = f'<p><a href="{escape(address)}/#/alerts">All alerts</a></p>'
    small = f'<p style="color: #5c6470; font-size: 13px">{footer} <a href="{escape(rules)}">'
    parts = [
        f"<p>{escape(heading)}</p>",
        "<ul>",
        *items,
        "</ul>",
        all_alerts,
        f"{small}Alert rules</a>.</p>",
    ]
    return Text(_flat(subject)[:LONGEST_SUBJECT], "\n".join(plain), _page(parts))


def of_test(*, address: str, company: str) -> Text:
    """What somebody is sent to see that mails arrive."""
    words = f"Mails of {company or 'CVD'} arrive. Alerts come the same way."
    link = f"{address}/#/alert-rules"
    html = [f"<p>{escape(_flat(words))}</p>", f'<p><a href="{escape(link)}">Alert rules</a></p>']
    return Text("Test of mails from CVD", f"{_flat(words)}\n\n{link}", _page(html))


def _page(parts: Sequence[str]) -> str:
    return PAGE.format(parts="\n".join(parts))


def _said(alert: Row) -> str:
    return _flat(f"{alert['asset']}: {alert['detail']}" if alert["asset"] else alert["detail"])


def _line(alert: Row, money: Money) -> str:
    where = _flat(f" at {alert['location_name']}") if alert["location_name"] else ""
    cents = alert["lost_cents_per_day"]
    at_stake = f", {money(cents)} a day" if cents else ""
    return f"{_said(alert)}{where}{at_stake}"


def _place(alert: Row) -> str:
    if alert["device_id"] is not None:
        return f"/devices/{alert['device_id']}"
    ways = {"service_order": "/service-orders/", "dex_read": "/dex/"}
    way = ways.get(alert["noun"])
    return f"{way}{alert['noun_id']}" if way else "/alerts"


def _flat(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()
