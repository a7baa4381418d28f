"""The example page and an API that says what a test wants, on one address."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from socketserver import BaseServer
from threading import Event, Thread

from typing_extensions import override

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "server/web/static/chapterwise.js"
PAGE = ROOT / "frontend_plugin/element/example.html"

# Who is signed in is the host's to know.
HOST = "document.querySelector('chapterwise-bar').getToken = async () => 'token';"

NAMES: dict[str, object] = {
    "chapter_id": "chapter-01",
    "title": "نوڈ اور ٹاپک",
    "language": "ur",
    "direction": "rtl",
    "profile_hash": "p",
    "source_hash": "s",
    "plan_hash": "q",
    "applied_transformations": ["simplify"],
    "personalization_factors": ["You are new to programming"],
}
PLAN = NAMES | {
    "transformations": [{"id": "simplify", "title": "Simpler words", "reason": "You are new."}],
    "sections": [{"id": "nodes", "title": "Nodes"}, {"id": "topics", "title": "Topics"}],
}
DONE: dict[str, object] = NAMES | {
    "cached": False,
    "source": "llm",
    "notice": None,
    "llm_provider": "claude",
    "tokens_used": 1,
    "response_time_ms": 1,
}


def write_section(section: str, heading: str, *texts: str) -> dict[str, object]:
    """A section that was written for the learner, as trees."""
    blocks = [{"tag": "h2", "attributes": {"id": section}, "children": [heading]}]
    blocks += [{"tag": "p", "attributes": {}, "children": [text]} for text in texts]
    return {
        "id": section,
        "title": heading,
        "status": "rewritten",
        "reason": None,
        "markdown": "",
        "headings": [{"level": 2, "id": section, "text": heading}],
        "notes": [],
        "writer": "model",
        "review": "passed",
        "blocks": blocks,
    }


NODES = write_section("nodes", "نوڈ", "نوڈ ایک عمل ہے جو کوئی حساب کرتا ہے۔ " * 20)
TOPICS = write_section("topics", "ٹاپک", "نوڈ ٹاپک کے ذریعے پیغام بھیجتے ہیں۔ " * 20)


@dataclass
class Api:
    """What was asked for, and when the answer may go on."""

    address: str = ""
    sections: tuple[dict[str, object], ...] = (NODES, TOPICS)
    # As strict as our own pages are: no parsing of strings, no style of a script's making.
    policy: str = "default-src 'self'; style-src 'nonce-page'; require-trusted-types-for 'script'"
    asked: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    opinions: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    goes_on: Event = field(default_factory=Event)


@contextmanager
def serve_example() -> Generator[Api]:
    """The page at `/`, its script, and the API below `/api/v1`."""
    api = Api()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, api))
    api.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.goes_on.set()
        server.shutdown()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """The page, its scripts, and the API."""

    def __init__(
        self, api: Api, request: socket, address: tuple[str, int], server: BaseServer
    ) -> None:
        self.api = api
        super().__init__(request, address, server)

    def do_GET(self) -> None:  # the name that the base class looks for
        if self.path.startswith("/chapterwise.js"):
            self._send("text/javascript", BUILT.read_bytes())
        elif self.path == "/host.js":
            self._send("text/javascript", HOST.encode())
        elif self.path == "/favicon.ico":
            self._send("image/x-icon", b"")
        elif self.path.startswith("/api/"):
            self._send("application/json", b'{"feedback": []}')
        else:
            self._send("text/html; charset=utf-8", _write_page(self.api.address).encode())

    def do_POST(self) -> None:  # likewise
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/feedback"):
            self.api.opinions.append(body)
            self._send("application/json", b"{}")
            return
        self.api.asked.append(body)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self._stream()

    def _stream(self) -> None:
        self._tell("plan", PLAN)
        first, *rest = self.api.sections
        self._tell("section", {"index": 0, "section": first})
        self.api.goes_on.wait(20)
        for index, section in enumerate(rest, 1):
            self._tell("section", {"index": index, "section": section})
        self._tell("done", DONE | {"sections": self.api.sections})

    def _tell(self, kind: str, data: dict[str, object]) -> None:
        try:
            self.wfile.write(f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode())
        except OSError:
            return  # who has pressed Stop has gone

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.api.policy)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


def _write_page(address: str) -> str:
    page = PAGE.read_text("utf-8").replace("http://localhost:8000", address)
    page = page.replace("../../server/web/static/chapterwise.js", "/chapterwise.js")
    page = page.replace("<style>", '<style nonce="page">')
    return page.replace("</body>", '<script type="module" src="/host.js"></script></body>')
