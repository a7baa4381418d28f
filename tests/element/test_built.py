"""The kept file is what the sources make, byte for byte, wherever there is a Node to make it."""

import os
import subprocess

import pytest

from tests.element.example import ROOT
from tests.node import NodeMissing, find_node

ELEMENT = ROOT / "frontend_plugin/element"


def test_the_sources_make_the_kept_file() -> None:
    try:
        node = find_node()
    except NodeMissing as missing:
        pytest.skip(str(missing))
    if not any((folder / "node_modules/esbuild").is_dir() for folder in (ELEMENT, ELEMENT.parent)):
        if os.environ.get("CI"):  # noqa: TID251  # no setting of the product
            pytest.fail("esbuild is not installed: npm ci in frontend_plugin/element")
        pytest.skip("esbuild is not installed: npm ci in frontend_plugin/element.")
    made = subprocess.run(
        [node, "build.mjs", "--check"], cwd=ELEMENT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
