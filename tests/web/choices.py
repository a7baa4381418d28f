"""What whoever runs the browser tests may choose; the product itself knows none of this."""

import os
import shutil
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PICTURES = Path(__file__).parent / "screenshots"


def find_chromium() -> str:
    """The machine's Chromium; without one the test is skipped, unless a browser is required."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is not None:
        return found
    if _is_chosen("REQUIRE_BROWSER"):
        pytest.fail("REQUIRE_BROWSER is set, and there is no Chromium on this machine.")
    pytest.skip("There is no Chromium here: install one to run the browser tests.")


def wants_pictures() -> bool:
    """Whether the run writes the README's pictures anew."""
    return _is_chosen("SCREENSHOTS")


def _is_chosen(name: str) -> bool:
    return os.environ.get(name, "") not in {"", "0"}  # noqa: TID251  # no setting of the product
