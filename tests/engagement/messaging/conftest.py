"""What tests of providers share."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.engagement.messaging.providers.gateway import Gateway, running_gateway


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    """All providers, at 127.0.0.1."""
    with running_gateway() as listening:
        settings.MAIL_GATEWAY = listening.url
        yield listening
