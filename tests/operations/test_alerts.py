"""Alerts and dashboard: nothing in them that the application does not export, and a way out."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from anyio import run_process
from pydantic import TypeAdapter
from yaml import safe_load

from server import operations
from server.generation.review.service import Reader
from tests.generation.renditions.classroom import BEGINNER, Classroom
from tests.generation.review.samples import JudgingLLM, find_planted
from tests.operations.exposition import find_names, list_names
from tests.stand_in import Fault

FOLDER = Path(operations.__file__).parent
PROMTOOL = shutil.which("promtool")
NOT_OURS = {"up"}  # Prometheus' own: whether a scrape was answered

needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")


@dataclass(frozen=True)
class Rule:
    """One rule: an alert has a name and says something, a recording has neither."""

    expr: str
    alert: str = ""
    record: str = ""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])


def list_rules() -> list[Rule]:
    written = safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
    groups = TypeAdapter(list[dict[str, object]]).validate_python(written["groups"])
    rules = TypeAdapter(list[Rule])
    return [rule for group in groups for rule in rules.validate_python(group["rules"])]


def list_alerts() -> list[Rule]:
    return [rule for rule in list_rules() if rule.alert]


def list_dashboard_queries() -> Iterator[str]:
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            assert target["datasource"]["uid"] == "${datasource}"
            yield target["expr"]


async def scrape(classroom: Classroom) -> str:
    """The page after a hit, a repair, a fallback, a review and an outage."""
    _, headers = await classroom.enrol(BEGINNER)
    reader = Reader(JudgingLLM(find_planted))
    classroom.app.state.resources = replace(classroom.resources, reader=reader)
    classroom.stand_in.misbehave(Fault.DROP_PLACEHOLDER, section="setup", calls=1)
    classroom.stand_in.misbehave(Fault.TRUNCATE, section="safety")
    await classroom.read(headers)
    await classroom.read(headers)
    async with classroom.app.router.lifespan_context(classroom.app):  # scheduled jobs run in it
        return (await classroom.client.get("/metrics")).text


async def test_every_metric_that_is_asked_for_is_exported(classroom: Classroom) -> None:
    exported = list_names(await scrape(classroom)) | NOT_OURS

    in_alerts = find_names(rule.expr for rule in list_rules())
    on_dashboard = find_names(list_dashboard_queries())

    assert len(in_alerts) > 15
    assert len(on_dashboard) > 20
    assert in_alerts <= exported
    assert on_dashboard <= exported


async def test_no_label_names_a_person_a_chapter_or_a_request(classroom: Classroom) -> None:
    account, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    await classroom.client.get("/api/v1/chapters/robots", headers=headers)
    await classroom.client.get("/no/such/page-of-mine")
    await classroom.client.request("SCAN", "/api/v1/me")

    page = (await classroom.client.get("/metrics")).text

    samples = [line for line in page.splitlines() if not line.startswith("#")]
    values = set(re.findall(r'="([^"]*)"', "\n".join(samples)))
    assert {"/api/v1/chapters/{chapter_id}", "other"} <= values
    for secret in ("robots", str(account.email), "page-of-mine", "SCAN"):
        assert not [value for value in values if secret in value]


def test_each_alert_says_how_bad_it_is_and_what_to_do() -> None:
    runbook = (FOLDER / "runbook.md").read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", runbook, flags=re.MULTILINE)
    }
    alerts = list_alerts()
    assert len({alert.alert for alert in alerts}) == len(alerts)
    for alert in alerts:
        page, _, anchor = alert.annotations["runbook"].partition("#")
        assert page == "server/operations/runbook.md"
        assert anchor in anchors, alert.alert
        assert alert.labels["severity"] in {"page", "ticket", "info"}
        assert alert.annotations["summary"].endswith(".") or "{{" in str(alert)


def test_the_runbook_names_every_alert() -> None:
    runbook = (FOLDER / "runbook.md").read_text(encoding="utf-8")
    assert not [each.alert for each in list_alerts() if each.alert not in runbook]


async def test_the_runbook_names_only_metrics_that_are_exported(classroom: Classroom) -> None:
    runbook = (FOLDER / "runbook.md").read_text(encoding="utf-8")
    named = set(
        re.findall(r"`((?:personalization|database_pool|http_request|scheduled)_\w*)", runbook)
    )
    exported = list_names(await scrape(classroom)) | {
        "personalization_log",
        "personalization_cache",
    }
    assert named
    assert not {name for name in named if not any(each.startswith(name) for each in exported)}


def test_the_dashboard_lets_one_choose_its_data_source() -> None:
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    variables: list[Mapping[str, str]] = dashboard["templating"]["list"]
    assert {variable["name"]: variable["type"] for variable in variables} == {
        "datasource": "datasource",
        "instance": "query",
    }
    identities = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(identities)) == len(identities)


@needs_promtool
def test_prometheus_takes_the_rules_and_they_say_what_they_should() -> None:
    assert PROMTOOL
    for words in (("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")):
        ended = subprocess.run(
            [PROMTOOL, *words], cwd=FOLDER, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


@needs_promtool
async def test_prometheus_takes_every_query_of_the_dashboard(
    classroom: Classroom, tmp_path: Path
) -> None:
    """As rules, which promtool parses; Grafana fills in its own variables."""
    assert PROMTOOL
    queries = [each.replace("$__rate_interval", "5m") for each in list_dashboard_queries()]
    rules = [{"record": f"chapterwise:panel{i}", "expr": expr} for i, expr in enumerate(queries)]
    file = tmp_path / "panels.yaml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    ended = await run_process([PROMTOOL, "check", "rules", str(file)], check=False)
    assert ended.returncode == 0, ended.stderr

    page = await scrape(classroom)
    linted = await run_process([PROMTOOL, "check", "metrics"], input=page.encode(), check=False)
    assert linted.returncode == 0, linted.stderr
