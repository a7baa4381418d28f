"""`chapterwise serve`: the database, the schema, the port, then the workers."""

import logging
import multiprocessing
import os
import signal
import socket
import sys
from contextlib import suppress
from threading import Thread
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from server.book.chapters.library import open_library
from server.core.database.connections import database
from server.core.database.migrations import check_schema, is_empty, migrate
from server.core.telemetry.logs import configure_logging
from server.core.telemetry.metrics import share_counters, shared_directory
from server.generation.budget.resources import check_models
from server.generation.llm.service import build_llm
from server.learners.accounts.service import create_sign_ins
from server.plan.recipes.service import load_catalogue
from server.settings import ConfigurationError, Settings

GRACEFUL_SHUTDOWN_S = 10
# A worker that imports on a busy machine is slow, not hung; killing it would only begin anew.
HEALTHCHECK_S = 15


class ServerNotStarted(ConfigurationError):
    """The parts were there, and yet the application did not come up."""


def serve(settings: Settings) -> None:
    """Run until told to stop. What cannot work is said before the first request."""
    _check_parts(settings)
    with _listen(settings.host, settings.port) as listener, suppress(KeyboardInterrupt):
        configure_logging(settings.log_level)
        # The default action would end us before the embedded database has stopped.
        signal.signal(signal.SIGTERM, _leave)
        signal.signal(signal.SIGHUP, _leave)
        with database(settings) as url:
            if is_empty(url):
                migrate(url)
            check_schema(url)
            if directory := shared_directory(settings.data_dir, settings.workers):
                share_counters(directory)
            _say_where(settings, listener)
            _run(settings, listener)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _check_parts(settings: Settings) -> None:
    """Fail now, not in a worker: the book is there, the catalogue loads, the providers exist."""
    levels = logging.getLevelNamesMapping()
    if settings.log_level.upper() not in levels:
        raise ConfigurationError(
            f"LOG_LEVEL ({settings.log_level}) is none: choose one of {', '.join(levels)}."
        )
    if not settings.docs_dir.is_dir():
        raise ConfigurationError(
            f"DOCS_DIR ({settings.docs_dir}) is not a folder: point it at the book's chapters."
        )
    create_sign_ins(settings)
    load_catalogue(settings.transformations_dir)
    check_models(settings)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow, once for all workers."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ConfigurationError(
            f"Port {port} on {host} cannot be used ({error.strerror}): stop what uses it, "
            "or set PORT to another one."
        ) from error


def _run(settings: Settings, listener: socket.socket) -> None:
    config = uvicorn.Config(
        "server.app:create_app_from_environment",
        factory=True,
        workers=settings.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
        timeout_worker_healthcheck=HEALTHCHECK_S,
    )
    if settings.workers == 1:
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
        has_started = server.started
    else:
        supervisor = Multiprocess(config, sockets=[listener])
        supervisor.run()
        has_started = all(each.exitcode != STARTUP_FAILURE for each in supervisor.processes)
    if not has_started:
        raise ServerNotStarted("The server did not start: the log above says why.")


def _say_where(settings: Settings, listener: socket.socket) -> None:
    """The book's own address comes first: whoever starts the server wants to see the book."""
    address = f"http://{_write_host(settings.host)}:{listener.getsockname()[1]}"
    chapters = len(open_library(settings).list_chapters())
    lines = [
        f"Open {address} to read the book.",
        f"Chapterwise serves {chapters} chapters from {settings.docs_dir}.",
        f"The API and its documentation: {address}/docs",
    ]
    if build_llm(settings).health().status == "offline":
        lines.append(
            "No model key is set: chapters keep the author's words, with notes from the fact "
            "sheets. Set ANTHROPIC_API_KEY or OPENAI_API_KEY for more."
        )
    sys.stderr.write("\n".join(lines) + "\n")


def _write_host(host: str) -> str:
    """The host as a browser on this machine writes it."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def end_with_supervisor() -> None:
    """Stop this worker when its supervisor was killed, so that the port and the database are free.

    The only worker of a server has no supervisor, and nothing is watched.
    """
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return

    def watch() -> None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="supervisor-watch", daemon=True).start()
