"""The text of a mail: plain and as HTML, the same words. What people typed is text in both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from db import Row
from domain.currencies import decimals_of
from services.alerts import alert_kinds
from services.alerts.alert_kinds import CLIMATE_OR_DOOR, FAULT

LONGEST_SUBJECT = 150
# Neither a header nor a line of a list may be broken by what somebody typed.
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
FOOTER = "You get this mail by a rule for alerts. Who is told of what is chosen at"
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
    alerts: Sequence[Row],
    *,
    address: str,
    company: str,
    money: Money,
    is_digest: bool,
    is_cut: bool,
) -> Text:
    """What somebody is told of alerts, the dearest first; links lead to CVD at `address`.

    `is_cut`: there are more than are named here.
    """
    heading = _heading(alerts, money, is_cut=is_cut)
    lines = [(_line(alert, money), f"{address}/#{_place(alert)}") for alert in alerts]
    plain = [f"{heading}.", ""]
    for line, link in lines:
        plain += [f"- {line}", f"  {link}"]
    plain += ["", f"All alerts: {address}/#/alerts", f"{FOOTER} {address}/#/alert-rules"]
    html = [
        f"<p>{escape(heading)}.</p>",
        "<ul>",
        *(f"<li>{_link(link, line)}</li>" for line, link in lines),
        "</ul>",
        f"<p>{_link(f'{address}/#/alerts', 'All alerts')}</p>",
        f"<p>{FOOTER} {_link(f'{address}/#/alert-rules', 'Alert rules')}.</p>",
    ]
    subject = _line(alerts[0], money) if len(alerts) == 1 else heading
    if is_digest:
        subject = f"Today: {subject}"
    if company:
        subject = f"{subject} ({company})"
    return Text(_flat(subject)[:LONGEST_SUBJECT], "\n".join(plain), _page(html))


def of_test(*, address: str, company: str) -> Text:
    """What somebody is sent to see that mails arrive."""
    words = f"Mails of {company or 'CVD'} arrive. Alerts come the same way."
    link = f"{address}/#/alert-rules"
    html = [f"<p>{escape(_flat(words))}</p>", f"<p>{_link(link, 'Alert rules')}</p>"]
    return Text("Test of mails from CVD", f"{_flat(words)}\n\n{link}", _page(html))


def _heading(alerts: Sequence[Row], money: Money, *, is_cut: bool) -> str:
    # What a late order costs is what its machines lose, whose own alerts are counted.
    counted = [alert for alert in alerts if alert["kind"] != alert_kinds.LATE_ORDER]
    lost = sum(alert["lost_cents_per_day"] or 0 for alert in counted)
    more = "+" if is_cut else ""
    count = "1 alert" if len(alerts) == 1 else f"{len(alerts)}{more} alerts"
    return f"{count}, {money(lost)} a day" if lost else count


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


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
        # Each fault has a ticket there, where the work on it is noted.
        tab = "?tab=tickets" if alert["kind"] in (FAULT, CLIMATE_OR_DOOR) else ""
        return f"/devices/{alert['device_id']}{tab}"
    ways = {"service_order": "/service-orders/", "dex_read": "/dex/"}
    way = ways.get(alert["noun"])
    return f"{way}{alert['noun_id']}" if way else "/alerts"


def _flat(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()
