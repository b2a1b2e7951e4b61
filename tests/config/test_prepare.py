"""Built-in templates reach stores that were there before, whenever something starts; and starting stays cheap."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.config.prepare import prepare
from aftercare.engagement.messaging.models import TemplateVersion
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_store


@pytest.mark.django_db
def test_a_store_without_todays_templates_gets_them_at_the_next_start_once(store: Store) -> None:
    other = make_store("other")
    prepare()
    for one in (store, other):
        with store_scope(one.pk):
            assert TemplateVersion.objects.filter(is_live=True).count() > 50
    with store_scope(store.pk):
        TemplateVersion.objects.filter(key="packed", locale="de").update(digest="older")
    prepare()
    with store_scope(store.pk):
        assert TemplateVersion.objects.filter(key="packed", locale="de").count() == 2
    with store_scope(other.pk):
        assert TemplateVersion.objects.filter(key="packed", locale="de").count() == 1
    with CaptureQueriesContext(connection) as captured:
        prepare()
    assert len(captured) <= 3
