"""What a worker holds in memory, idle and after reading: `python -m benchmarks.memory`."""

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import psutil
from pydantic import SecretStr

from benchmarks.loading import HOST
from benchmarks.serving import PRODUCT, serve_app
from server.core.database.embedded import embedded_postgres
from server.core.database.migrations import migrate
from server.settings import Settings

BOOK = Path("docs")
SETTLED_S = 8.0  # every scheduled job has had its first turn
BYTES_PER_MB = 1_000_000


def list_paths() -> list[str]:
    chapters = sorted(path.stem for path in BOOK.glob("chapter-*.md"))
    return ["/", "/sign-in", *(f"/chapters/{each}" for each in chapters)]


def read_all(port: int, paths: Sequence[str]) -> None:
    for path in paths:
        with urlopen(f"http://{HOST}:{port}{path}", timeout=20) as page:
            page.read()


def main() -> None:
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "data") as url:
        migrate(url)
        settings = Settings(data_dir=Path(folder), docs_dir=BOOK, database_url=SecretStr(url))
        with serve_app(PRODUCT, settings, workers=1) as (port, server):
            worker = psutil.Process(server.pid)
            time.sleep(SETTLED_S)
            idle = worker.memory_info().rss
            read_all(port, list_paths())
            used = worker.memory_info().rss
    print(f"A worker's resident memory: idle {idle / BYTES_PER_MB:.0f} MB (goal 150), after every")
    print(f"chapter of the book was read on our pages {used / BYTES_PER_MB:.0f} MB.")


if __name__ == "__main__":
    main()
