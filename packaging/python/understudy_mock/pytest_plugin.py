"""Fixtures for pytest: a mock for the session, and a world for each test."""

from __future__ import annotations

import os
import re
from typing import Iterator

import pytest

from ._mock import Mock, connect, start
from ._world import World


@pytest.fixture(scope="session")
def understudy_options() -> dict[str, object]:
    """Options of start() for the session's mock; a project overrides this fixture."""
    return {}


@pytest.fixture(scope="session")
def understudy(understudy_options: dict[str, object]) -> Iterator[Mock]:
    """A mock for the session, or the one that UNDERSTUDY_SERVER names."""
    server = os.environ.get("UNDERSTUDY_SERVER")
    if server:
        yield connect(server, control_token=os.environ.get("UNDERSTUDY_CONTROL_TOKEN"), ca=os.environ.get("UNDERSTUDY_CA"))
        return
    with start(**understudy_options) as mock:  # type: ignore[arg-type]
        yield mock


@pytest.fixture
def understudy_world(understudy: Mock, request: pytest.FixtureRequest) -> Iterator[World]:
    """A world of its own for the test, named after it, so that journals and logs tell who it was."""
    test = re.sub(r"[^a-zA-Z0-9._-]+", "_", request.node.name)[:40]
    with understudy.world(f"{test}-{os.urandom(4).hex()}") as world:
        yield world
