"""The demonstration site, built once for each state of its sources and kept for the next run."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.node import find_node

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "frontend_plugin"
SITE = PLUGIN / "site"
KEPT = ROOT / "build" / "sites"
# The name that Chromium is told to look for at the API's own port, which is another in each test.
API_HOST = "api.chapterwise.test"
_MADE = frozenset({"node_modules", "lib", "build", ".docusaurus"})


@dataclass(frozen=True)
class Edition:
    """A book as a site: what the folders of its builds are called, and what the build is told."""

    name: str
    docs: Path = ROOT / "docs"
    locales: str = "en,ur"
    bare: bool = False  # without the theme


FULL = Edition("full")
BARE = Edition("bare", bare=True)
# A few pages with what the demonstration book does not have.
PARTS = Edition("parts", docs=Path(__file__).with_name("book"), locales="en")


def build_site(edition: Edition = FULL) -> Path:
    """The folder of the built site."""
    node = find_node()
    KEPT.mkdir(parents=True, exist_ok=True)
    built = KEPT / f"{edition.name}-{_hash_sources(edition.docs)}"
    # Two builds in one folder would write into each other.
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _drop_older(edition.name)
            _build(node, built, edition)
    return built


def _build(node: str, built: Path, edition: Edition) -> None:
    with TemporaryDirectory(dir=KEPT) as folder:
        made = Path(folder) / "site"
        command = [node, str(PLUGIN / "scripts" / "build-site.mjs"), str(made)]
        environment = {
            **os.environ,  # noqa: TID251  # Node and npm need what this process has
            "CHAPTERWISE_API_URL": f"http://{API_HOST}",
            "SITE_BARE": json.dumps(edition.bare),
            "SITE_DOCS": os.path.relpath(edition.docs, SITE),
            "SITE_LOCALES": edition.locales,
            "CI": "true",
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The site cannot be built.\n{done.stdout}\n{done.stderr}")
        made.rename(built)


def _drop_older(kind: str) -> None:
    for older in KEPT.glob(f"{kind}-*"):
        shutil.rmtree(older)


def _hash_sources(docs: Path) -> str:
    digest = sha256()
    for file in _list_sources(docs):
        digest.update(f"{os.path.relpath(file, ROOT)}\0".encode())
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _list_sources(docs: Path) -> Iterator[Path]:
    for folder in (PLUGIN, docs):
        for parent, folders, files in os.walk(folder):
            folders[:] = sorted(set(folders) - _MADE)
            if "__tests__" not in parent:
                yield from (Path(parent) / name for name in sorted(files) if name != "README.md")
