"""The theme's own checks and tests, in Node."""

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
