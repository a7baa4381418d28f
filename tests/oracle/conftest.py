"""One Node process for all questions of a run; no Node, no question."""

import os
from collections.abc import Callable, Iterator
from subprocess import CalledProcessError

import pytest

from tests.node import NodeMissing
from tests.oracle.building import Builder, install_theme
from tests.oracle.reading import Oracle, install


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """The oracle, installed when it is not; skipped without Node, and offline."""
    _install_or_skip(install)
    with Oracle() as oracle:
        yield oracle


@pytest.fixture(scope="session")
def builder() -> Iterator[Builder]:
    """Docusaurus' loader, with the theme's packages; skipped as the oracle is."""
    _install_or_skip(install_theme)
    with Builder() as builder:
        yield builder


def _install_or_skip(install_packages: Callable[[], None]) -> None:
    try:
        install_packages()
    except NodeMissing as missing:
        _skip(f"The oracle needs Node: {missing}.")
    except CalledProcessError as failure:
        _skip(f"The oracle's packages cannot be installed here, npm ci failed:\n{failure.stderr}")


def _skip(reason: str) -> None:
    if os.environ.get("REQUIRE_BROWSER", "") not in {"", "0"}:  # noqa: TID251  # no setting of the product
        pytest.fail(f"Nothing may be skipped. {reason}")
    pytest.skip(reason)
