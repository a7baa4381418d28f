"""The app under uvicorn, in processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from urllib.request import urlopen

from benchmarks.loading import HOST
from server.settings import Settings

PRODUCT = "server.app:create_app_from_environment"


@contextmanager
def serve_app(
    factory: str, settings: Settings, workers: int
) -> Generator[tuple[int, subprocess.Popen[bytes]]]:
    """The port and the process; its log goes nowhere, but it is written."""
    with socket.create_server((HOST, 0)) as listener:
        port = int(listener.getsockname()[1])
    environment = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "DOCS_DIR": str(settings.docs_dir),
        "ANTHROPIC_API_KEY": settings.anthropic_api_key.get_secret_value(),
        "ANTHROPIC_BASE_URL": settings.anthropic_base_url,
        "LLM_MAX_CONCURRENCY": str(settings.llm_max_concurrency),
        "WORKERS": str(workers),
    }
    options = ["--factory", "--no-access-log", "--no-server-header", "--log-level", "warning"]
    command = [sys.executable, "-m", "uvicorn", factory, *options]
    with subprocess.Popen(
        [*command, "--port", str(port), "--workers", str(workers)],
        env={**os.environ, **environment},  # noqa: TID251  # for the product, not read here
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_until_ready(port)
            yield port, server
        finally:
            server.send_signal(signal.SIGTERM)


def wait_until_ready(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urlopen(f"http://{HOST}:{port}/api/v1/health/live", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the app did not start")
