"""What the stories of saves share. A module says with FILES what its folder holds."""

from pathlib import Path

import pytest

from tests.support.small_dataset import store_of
from tracker.editing.store import Store


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return store_of(tmp_path, request.module.FILES)
