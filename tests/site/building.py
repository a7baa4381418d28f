"""The demonstration site, built once for each state of its sources and kept for the next run."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "frontend_plugin"
SITE = PLUGIN / "site"
KEPT = ROOT / "build" / "sites"
# The name that Chromium is told to look for at the API's own port, which is another in each test.
API_HOST = "api.chapterwise.test"
NODE_SINCE = 20
_MADE = frozenset({"node_modules", "lib", "build", ".docusaurus"})


class NodeMissing(Exception):
    """There is no Node that is new enough; the message says what was found."""


def find_node() -> str:
    """The machine's Node, version 20 or newer; raise NodeMissing."""
    node = shutil.which("node")
    if node is None:
        raise NodeMissing("there is no `node` here")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.strip().lstrip("v").split(".")[0]) < NODE_SINCE:
        raise NodeMissing(f"this is Node {version.strip()}")
    return node


def build_site(*, bare: bool = False) -> Path:
    """The folder of the built site; `bare` leaves the theme out."""
    node = find_node()
    KEPT.mkdir(parents=True, exist_ok=True)
    built = KEPT / f"{'bare' if bare else 'full'}-{_hash_sources()}"
    # Two builds in one folder would write into each other.
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _drop_older(built.name.split("-")[0])
            _build(node, built, bare=bare)
    return built


def _build(node: str, built: Path, *, bare: bool) -> None:
    with TemporaryDirectory(dir=KEPT) as folder:
        made = Path(folder) / "site"
        command = [node, str(PLUGIN / "scripts" / "build-site.mjs"), str(made)]
        environment = {
            **os.environ,  # noqa: TID251  # Node and npm need what this process has
            "CHAPTERWISE_API_URL": f"http://{API_HOST}",
            "SITE_BARE": json.dumps(bare),
            "CI": "true",
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The site cannot be built.\n{done.stdout}\n{done.stderr}")
        made.rename(built)


def _drop_older(kind: str) -> None:
    for older in KEPT.glob(f"{kind}-*"):
        shutil.rmtree(older)


def _hash_sources() -> str:
    digest = sha256()
    for file in _list_sources():
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _list_sources() -> Iterator[Path]:
    for folder in (PLUGIN, ROOT / "docs"):
        for parent, folders, files in os.walk(folder):
            folders[:] = sorted(set(folders) - _MADE)
            if "__tests__" not in parent:
                yield from (Path(parent) / name for name in sorted(files))
