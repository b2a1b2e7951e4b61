"""Receivers on this machine, which webhooks may call here."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.foundation.webhooks.receiving import Receiver, receiving


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    with receiving() as server:
        yield server
