"""A gateway for text messages on 127.0.0.1, allowed to be called."""

import pytest
from pytest_django.fixtures import Settings

from tests.engagement.messaging.providers.gateway import Gateway


@pytest.fixture(autouse=True)
def _allowed(gateway: Gateway, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = ["127.0.0.1"]
