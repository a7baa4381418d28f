"""What a running server writes: a line of JSON for everything, and never a secret."""

import json
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import httpx
import pytest

from tests.operations.serving.running import Served, Site, make_environment, serving
from tests.stand_in import StandIn

PASSWORDS = ("correct hush battery", "wrong hush staple", "another hush horse")
API_KEY = "sk-ant-hush-0123456789"
JWT_SECRET = "c2ecbdc4a8a3d6b0hush5f0bd6e4a6e1"


@pytest.fixture
def site() -> Iterator[Site]:
    folder = Path(mkdtemp())
    yield Site(folder, make_environment(folder, LOG_LEVEL="DEBUG", JWT_SECRET=JWT_SECRET))
    shutil.rmtree(folder)


def use_everything(served: Served) -> list[str]:
    """Register, sign in (wrongly too), personalise, change the password; returns the tokens."""
    with httpx.Client(base_url=f"{served.address}/api/v1", timeout=60) as client:
        account = {"email": "ada@example.test", "password": PASSWORDS[0]}
        beginner = {"programming_experience": "Beginner"}
        pair = client.post("/auth/register", json={**account, "onboarding": beginner}).json()
        tokens = [pair["access_token"], pair["refresh_token"]]
        client.headers["Authorization"] = f"Bearer {tokens[0]}"
        for password in PASSWORDS[:2]:
            client.post("/auth/token", data={"username": account["email"], "password": password})
        rendition = client.post("/personalize", json={"chapter_id": "robots"})
        assert rendition.json()["llm_provider"] == "claude", rendition.text
        changed = {"current_password": PASSWORDS[0], "new_password": PASSWORDS[2]}
        assert client.put("/me/password", json=changed).status_code == 204
        renewed = client.post("/auth/refresh", json={"refresh_token": tokens[1]}).json()
        client.get("/me", headers={"Authorization": "Bearer hush.hush.hush"})
        client.post("/auth/register", content=b'{"password": "hush')
        return [*tokens, renewed["access_token"], renewed["refresh_token"]]


def test_every_line_is_json_and_no_line_holds_a_secret(site: Site, stand_in: StandIn) -> None:
    stand_in.behave("simplified")
    models = {"ANTHROPIC_API_KEY": API_KEY, "ANTHROPIC_BASE_URL": stand_in.anthropic_base_url}
    with serving(site, **models) as served:
        tokens = use_everything(served)
        assert served.stop(signal.SIGTERM) == 0
        log = served.log.read_text()

    for secret in ("hush", *tokens, *(token.split(".")[-1] for token in tokens)):
        assert secret not in log
    greeting = [line for line in log.splitlines() if not line.startswith("{")]
    assert len(greeting) == 3, "only the greeting is for people"
    lines = [json.loads(line) for line in log.splitlines() if line not in greeting]
    assert all({"timestamp", "level", "message"} <= set(line) for line in lines)
    answered = [line for line in lines if line["message"] == "request"]
    assert all(
        {"method", "path", "status", "duration", "request_id"} <= set(line) for line in answered
    )
    assert {"/api/v1/auth/register", "/api/v1/personalize"} <= {line["path"] for line in answered}
