"""Keeping: which backups stay, and which blocks nobody needs any more.

Of the last days, weeks and months that have a daily backup, the newest of each stays; so do the
increments of two days, and in any case the newest of either kind. What is to go is struck off the
list first, then blocks of which no listed backup knows are removed: whatever ends this between
leaves blocks that the next one removes, and never a backup that lacks one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import clock
from storage.backups import restoring
from storage.backups.making import Told, alone
from storage.backups.plan import BackupPlan
from storage.backups.vault import DAILY, Listed, Vault, together

INCREMENTS_KEPT_DAYS = 2


def kept(listed: Iterable[Listed], plan: BackupPlan, now: str) -> set[str]:
    """The names of those that stay."""
    newest_first = sorted(listed, key=lambda each: each.made_at, reverse=True)
    daily = [each for each in newest_first if each.kind == DAILY]
    since = clock.later(now, days=-INCREMENTS_KEPT_DAYS)
    stays = {each.name for each in [*newest_first[:1], *daily[:1]]}
    stays |= {each.name for each in newest_first if each.kind != DAILY and each.made_at >= since}
    stays |= _newest_of(daily, plan.days, lambda at: at.strftime("%Y-%m-%d"))
    stays |= _newest_of(daily, plan.weeks, lambda at: at.strftime("%G-%V"))
    stays |= _newest_of(daily, plan.months, lambda at: at.strftime("%Y-%m"))
    return stays


def tidy(url: str, vault: Vault, plan: BackupPlan, told: Told) -> tuple[int, int]:
    """Remove what need not be kept: how many backups, and how many blocks.

    Raises Refused where a backup that stays cannot be read: then no block is removed.
    """
    with alone(url, told):
        listed = vault.listed()
        stays = kept(listed, plan, clock.now())
        gone = [each.name for each in listed if each.name not in stays]
        for name in gone:
            vault.strike(name)
        unused = vault.blocks() - _used(vault, stays)
        for number, _ in enumerate(together(vault.remove, sorted(unused)), start=1):
            told(number, len(unused), f"removing: {number:,} of {len(unused):,} blocks")
    return len(gone), len(unused)


def _newest_of(daily: list[Listed], most: int, period: Callable[[datetime], str]) -> set[str]:
    """The newest of each of the latest `most` periods that have one."""
    newest: dict[str, str] = {}
    for each in daily:
        newest.setdefault(period(clock.to_datetime(each.made_at)), each.name)
    return set(list(newest.values())[:most])


def _used(vault: Vault, names: Iterable[str]) -> set[str]:
    used: set[str] = set()
    for name in names:
        used |= restoring.blocks_of(vault, vault.manifest(name))
    return used
