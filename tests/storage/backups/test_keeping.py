"""Which backups stay: the newest of the last days, weeks and months, and always the newest."""

from __future__ import annotations

import clock
from storage.backups.keeping import kept
from storage.backups.plan import BackupPlan
from storage.backups.vault import DAILY, INCREMENT, Listed, name_of

NOW = "2026-06-30T12:00:00Z"


def made(at: str, kind: str = DAILY) -> Listed:
    return Listed(name_of(at, kind, 1), at, kind, 1)


def nightly(days: int) -> list[Listed]:
    return [made(clock.later("2026-06-30T01:30:00Z", days=-back)) for back in range(days)]


def days_of(names: set[str]) -> set[str]:
    return {f"{name[4:6]}-{name[6:8]}" for name in names}


def test_of_two_years_seven_days_five_weeks_and_twelve_months_stay():
    stays = kept(nightly(730), BackupPlan(), NOW)
    days = {"06-30", "06-29", "06-28", "06-27", "06-26", "06-25", "06-24"}
    weeks = {"06-30", "06-28", "06-21", "06-14", "06-07"}
    months = {"06-30", "05-31", "04-30", "03-31", "02-28", "01-31"}
    months |= {"12-31", "11-30", "10-31", "09-30", "08-31", "07-31"}
    assert days_of(stays) == days | weeks | months


def test_the_last_backup_stays_however_old_it_is():
    old = made("2020-01-01T01:30:00Z")
    assert kept([old], BackupPlan(days=1, weeks=0, months=0), NOW) == {old.name}


def test_a_newer_increment_does_not_take_the_place_of_the_last_daily_one():
    daily, increment = made("2020-01-01T01:30:00Z"), made("2020-01-02T00:00:00Z", INCREMENT)
    stays = kept([daily, increment], BackupPlan(days=1, weeks=0, months=0), NOW)
    assert stays == {daily.name, increment.name}


def test_increments_stay_for_two_days():
    newest = made("2026-06-30T01:30:00Z")
    young = made(clock.later(NOW, days=-1), INCREMENT)
    old = made(clock.later(NOW, days=-3), INCREMENT)
    assert kept([newest, young, old], BackupPlan(), NOW) == {newest.name, young.name}


def test_nights_without_a_backup_do_not_count():
    found = [made(f"2026-0{month}-01T01:30:00Z") for month in (1, 2, 3)]
    stays = kept(found, BackupPlan(days=3, weeks=0, months=0), NOW)
    assert stays == {each.name for each in found}
