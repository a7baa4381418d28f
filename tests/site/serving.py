"""The built site on a port of its own, under the content security policy that its README names."""

import re
import threading
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from typing_extensions import override

_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


class _Handler(SimpleHTTPRequestHandler):
    """Serves `/chapter-01` from its folder, as the hosts of such sites do."""

    def __init__(self, *args: object, policy: str, **kwargs: object) -> None:
        self._policy = policy
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # the base class's own arguments

    @override
    def translate_path(self, path: str) -> str:
        found = Path(super().translate_path(path))
        page = found / "index.html"
        return str(page if page.is_file() else found)

    @override
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self._policy)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


def write_policy(folder: Path, api_url: str) -> str:
    """The strictest policy that Docusaurus works under, with the API's address in it."""
    scripts = {
        f"'sha256-{b64encode(sha256(script).digest()).decode()}'"
        for page in folder.rglob("*.html")
        for script in _INLINE_SCRIPT.findall(page.read_bytes())
    }
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *sorted(scripts)]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            f"connect-src 'self' {api_url}",
            "base-uri 'self'",
            "object-src 'none'",
        ]
    )


@contextmanager
def serve_site(folder: Path, api_url: str) -> Generator[str]:
    """Serve a folder until the block ends; yields the site's address."""
    handler = partial(_Handler, directory=str(folder), policy=write_policy(folder, api_url))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
