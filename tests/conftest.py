"""What all tests share: the development data beside the repository, and how long laws search."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# `--hypothesis-profile long` chooses the other.
# A busy machine is no finding: neither a slow example nor a slow generator fails a law.
settings.register_profile(
    "quick",
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    settings.get_profile("quick"),
    max_examples=2000,
    derandomize=False,
    print_blob=True,
)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The development data; the project never depends on it, so a test without it skips."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the development data (../shared, beside the repository) is not here")
    return folder
