"""One Node process for all questions of a run; no Node, no question."""

import os
from collections.abc import Iterator
from subprocess import CalledProcessError

import pytest

from tests.oracle.reading import NodeMissing, Oracle, install


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """The oracle, installed when it is not; skipped without Node, and offline."""
    try:
        install()
    except NodeMissing as missing:
        pytest.skip(f"The oracle needs Node: {missing}.")
    except CalledProcessError as failure:
        if os.environ.get("REQUIRE_BROWSER", "") not in {"", "0"}:  # noqa: TID251  # no setting of the product
            pytest.fail(f"Nothing may be skipped, and npm ci failed:\n{failure.stderr}")
        pytest.skip("The oracle's packages cannot be installed here: npm ci failed.")
    with Oracle() as oracle:
        yield oracle
