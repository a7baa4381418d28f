"""The theme's and the element's own checks and tests, in Node."""

import shutil
import subprocess
from pathlib import Path

from tests.site.building import PLUGIN


def test_the_theme_is_typed_and_does_what_its_own_tests_say(built_site: Path) -> None:
    # Building the site has installed what the tests need.
    assert built_site.is_dir()
    npm = shutil.which("npm")
    assert npm is not None
    for script in ("check", "test"):
        done = subprocess.run(
            [npm, "run", "--silent", script],
            cwd=PLUGIN,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_the_element_is_typed_and_tested_and_its_sources_make_the_kept_file(
    built_site: Path,
) -> None:
    # It shares what the theme has installed, but for what makes it one file.
    assert built_site.is_dir()
    npm, node = shutil.which("npm"), shutil.which("node")
    assert npm is not None
    assert node is not None
    commands = (
        [npm, "ci", "--silent", "--no-audit", "--no-fund"],
        [npm, "run", "--silent", "check"],
        [npm, "run", "--silent", "test"],
        [node, "build.mjs", "--check"],
    )
    for command in commands:
        done = subprocess.run(
            command, cwd=PLUGIN / "element", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
