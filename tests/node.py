"""The machine's Node, for the tests that need one."""

import shutil
import subprocess

OLDEST_NODE = 20


class NodeMissing(Exception):
    """There is no Node of version 20 or newer; the message says what was found."""


def find_node() -> str:
    """Return the command of a Node that is new enough."""
    node = shutil.which("node")
    if node is None:
        raise NodeMissing("there is no node command on this machine")
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    version = found.stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        raise NodeMissing(f"Node {version} is too old: {OLDEST_NODE} or newer is needed")
    return node
