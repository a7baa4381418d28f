"""`chapterwise serve` as people run it: it starts, answers, shares, stops, and recovers."""

import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import psutil
import pytest

from tests.databases import run_sql
from tests.factories import PASSWORD
from tests.operations.serving.running import (
    PATIENCE_S,
    Served,
    Site,
    make_environment,
    run,
    serving,
    wait_for,
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One site for all tests here, so that each also starts on what the one before left.

    Not below pytest's own folder, which the embedded server's user could not enter.
    """
    folder = Path(mkdtemp())
    site = Site(folder, make_environment(folder))
    yield site
    if (postmaster := site.postmaster) is not None:
        postmaster.terminate()
        psutil.wait_procs([postmaster], PATIENCE_S)
    shutil.rmtree(folder)


def is_ready(served: Served) -> bool:
    answer = served.get("/api/v1/health/ready")
    return answer.status_code == 200 and answer.json()["services"]["database"] == "ok"


def list_emails(site: Site) -> list[str]:
    listed = run(site, "users", "list")
    assert listed.returncode == 0, listed.stderr
    return [line.split("\t")[1] for line in listed.stdout.splitlines()]


def test_it_starts_on_nothing_answers_and_shares_its_database(site: Site) -> None:
    with serving(site) as served:
        assert is_ready(served)
        assert served.get("/api/v1/chapters").json()["chapters"][0]["chapter_id"] == "robots"

        created = run(site, "users", "create", "ada@example.test", stdin=PASSWORD)
        assert (created.returncode, created.stderr) == (0, "")
        assert list_emails(site) == ["ada@example.test"]
        assert is_ready(served), "a command beside it has not stopped the database"

        assert served.stop(signal.SIGTERM) == 0
        assert site.postmaster is None
    assert "Traceback" not in served.log.read_text()


@pytest.mark.parametrize(("told", "workers"), [(signal.SIGINT, "1"), (signal.SIGTERM, "2")])
def test_it_stops_with_all_that_it_started(site: Site, told: signal.Signals, workers: str) -> None:
    with serving(site, WORKERS=workers) as served:
        started = [*served.list_workers(), site.postmaster]
        assert len(started) == (1 if workers == "1" else 3)

        assert served.stop(told) == 0

        gone, alive = psutil.wait_procs([each for each in started if each], PATIENCE_S)
        assert alive == []
        assert site.postmaster is None
    assert "Traceback" not in served.log.read_text()
    assert gone


@pytest.mark.parametrize("workers", ["1", "2"])
def test_after_a_kill_the_next_start_recovers(site: Site, workers: str) -> None:
    with serving(site, WORKERS=workers) as served:
        port = served.address.rsplit(":", 1)[1]
        orphans = served.list_workers()
        served.process.kill()
        served.process.wait(PATIENCE_S)
        assert psutil.wait_procs(orphans, PATIENCE_S)[1] == [], "workers outlived their supervisor"

    with serving(site, PORT=port) as again:
        assert is_ready(again)
        assert again.stop(signal.SIGTERM) == 0
    assert site.postmaster is None, "whoever joined the server that was left stops it"


def test_a_worker_that_dies_is_replaced(site: Site) -> None:
    with serving(site, WORKERS="2") as served:
        wait_for(lambda: served.count_started() == 2 or None, "both workers")
        killed = served.list_workers()[0]
        killed.kill()

        def replaced() -> bool | None:
            alive = served.list_workers()
            return (len(alive) == 2 and killed not in alive) or None

        wait_for(replaced, "two workers again")
        assert is_ready(served)


def test_several_workers_show_one_page_of_metrics(site: Site) -> None:
    with serving(site, WORKERS="2") as served:
        wait_for(lambda: served.count_started() == 2 or None, "both workers")
        page = served.get("/metrics").text
    assert "python_info" not in page
    assert list((site.folder / "data" / "metrics").glob("*.db")) or "personalization" not in page


def is_sentence(site: Site, *words: str, **settings: str) -> bool:
    """Whether the command ends with one sentence that holds these words."""
    changed = Site(site.folder, {**site.environment, **settings})
    ended = run(changed, "serve")
    lines = ended.stderr.strip().splitlines()
    assert ended.returncode == 1, ended.stderr
    assert len(lines) == 1, ended.stderr
    assert all(word in lines[0] for word in words), lines[0]
    return not ended.stdout


def test_a_taken_port_is_one_sentence(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert is_sentence(site, port, "PORT", PORT=port)


def test_a_database_that_is_down_is_one_sentence(site: Site) -> None:
    url = "postgresql://nobody:hush@127.0.0.1:1/none"
    assert is_sentence(site, "DATABASE_URL", DATABASE_URL=url)


def test_a_database_of_a_newer_version_is_one_sentence(
    site: Site, committed_database_url: str
) -> None:
    run_sql(committed_database_url, "UPDATE alembic_version SET version_num = 'of_the_future'")
    assert is_sentence(site, "newer version", DATABASE_URL=committed_database_url)


def test_a_data_dir_that_cannot_be_is_one_sentence(site: Site) -> None:
    assert is_sentence(site, "DATA_DIR", DATA_DIR="/dev/null/data")
