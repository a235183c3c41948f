"""What deploy/ ships fits what CVD tells: rules, dashboard and runbook name what there is."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from settings import PROJECT, Settings
from tests.kit.factories import make_machine, send_audit
from tests.kit.seen import KEY, WITH_KEY, Metrics
from tests.kit.world import AT

FOLDER = PROJECT / "deploy" / "prometheus"
RULES = FOLDER / "cvd.rules.yaml"
DASHBOARD = PROJECT / "deploy" / "grafana" / "cvd.json"
RUNBOOK = PROJECT / "docs" / "runbook.md"
PAGE = PROJECT / "docs" / "observability.md"
NAME = re.compile(r"\bcvd_\w+")
# What the backup and a follower would tell, where a test has neither.
SOMETIMES = {"cvd_backup_timestamp_seconds", "cvd_replication_lag_seconds"}
PARTS = ("**Means**", "**Look at**", "**Do**")

needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)"
)


@pytest.fixture
def settings(database_url):
    return Settings(database_url=database_url, metrics_token=KEY)


@pytest.fixture
def told(app, manager):
    """The names of everything that /metrics tells."""
    send_audit(manager, make_machine().audit(AT))
    manager.get("/api/products")
    names = Metrics(manager.get("/metrics", headers=WITH_KEY).text).names
    app.metrics.stop()
    return names | SOMETIMES


def alerts():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]


def expressions():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    yield from (rule["expr"] for group in groups for rule in group["rules"])


def panels():
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_rules_and_dashboard_name_only_what_is_told(told):
    named = {name for text in (*expressions(), *panels()) for name in NAME.findall(text)}
    assert len(named) > 15
    assert named - told == set()


def test_the_dashboard_shows_everything_that_is_told(told):
    shown = {name for text in panels() for name in NAME.findall(text)}
    # Of a histogram one part is enough; the parser makes `_created` of nothing of ours.
    whole = {re.sub(r"_(bucket|sum|count)$", "", name) for name in told}
    assert whole - {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown} == set()


def test_the_page_names_everything_that_is_told_and_nothing_else(told):
    named = set(NAME.findall(PAGE.read_text()))
    assert named == {re.sub(r"_(bucket|sum|count)$", "", name) for name in told}


def test_each_alert_has_its_section_in_the_runbook_and_no_other_has():
    sections = re.split(r"^## ", RUNBOOK.read_text(), flags=re.MULTILINE)[1:]
    told = {section.splitlines()[0]: section for section in sections}
    assert list(told) == alerts()
    for name, section in told.items():
        assert [part for part in PARTS if part not in section] == [], name


def test_each_alert_is_shown_to_ring_and_to_be_still():
    tests = yaml.safe_load((FOLDER / "cvd.rules.test.yaml").read_text())["tests"]
    tried = [each for test in tests for each in test["alert_rule_test"]]
    for rings in (True, False):
        shown = {each["alertname"] for each in tried if bool(each["exp_alerts"]) is rings}
        assert shown == set(alerts())


@needs_promtool
@pytest.mark.parametrize(
    "command",
    [
        "check rules cvd.rules.yaml",
        "test rules cvd.rules.test.yaml",
        "check config prometheus.yaml",
    ],
)
def test_prometheus_takes_them(command):
    done = subprocess.run(
        ["promtool", *command.split()], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_a_rule_that_never_rings_is_caught(tmp_path):
    for file in FOLDER.iterdir():
        shutil.copy(file, tmp_path)
    broken = (
        (tmp_path / RULES.name).read_text().replace("cvd_disk_bytes < 0.1", "cvd_disk_bytes < 0")
    )
    (tmp_path / RULES.name).write_text(broken)
    done = subprocess.run(
        ["promtool", "test", "rules", "cvd.rules.test.yaml"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
