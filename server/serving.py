"""`chapterwise serve`: the database, the schema, the port, then the workers."""

import signal
import socket
import sys
from types import FrameType

import uvicorn

from server.chapters.library import ChapterLibrary
from server.database.connecting import database
from server.database.migrating import check_schema, is_empty, migrate
from server.llm.building import build_llm
from server.settings import ConfigurationError, Settings
from server.transformations.loading import load_catalogue


def serve(settings: Settings) -> None:
    """Run until told to stop. What cannot work is said before the first request."""
    _check_parts(settings)
    _check_port(settings.host, settings.port)
    # The default action would end us before the embedded database has stopped.
    signal.signal(signal.SIGTERM, _leave)
    with database(settings) as url:
        if is_empty(url):
            migrate(url)
        check_schema(url)
        _say_where(settings)
        try:
            uvicorn.run(
                "server.app:create_app_from_environment",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                log_config=None,
                access_log=False,
                server_header=False,
                forwarded_allow_ips=list(settings.trusted_proxies),
                timeout_graceful_shutdown=10,
            )
        except KeyboardInterrupt:
            return


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _check_parts(settings: Settings) -> None:
    """Fail now, not in a worker: the book is there, the catalogue loads, the providers exist."""
    if not settings.docs_dir.is_dir():
        raise ConfigurationError(
            f"DOCS_DIR ({settings.docs_dir}) is not a folder: point it at the book's chapters."
        )
    load_catalogue(settings.transformations_dir)
    build_llm(settings)


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                f"Port {port} on {host} cannot be used ({error.strerror}): stop what uses it, "
                "or set PORT to another one."
            ) from error


def _say_where(settings: Settings) -> None:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    health = build_llm(settings).health()
    chapters = len(ChapterLibrary(settings.docs_dir, settings.docs_dialect).list_chapters())
    lines = [
        f"Chapterwise serves {chapters} chapters from {settings.docs_dir}.",
        f"Open http://{host}:{settings.port}/docs to try the API.",
    ]
    if health.status == "offline":
        lines.append(
            "No model key is set: chapters keep the author's words, with notes from the fact "
            "sheets. Set ANTHROPIC_API_KEY or OPENAI_API_KEY for more."
        )
    sys.stderr.write("\n".join(lines) + "\n")
