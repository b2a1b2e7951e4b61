"""Drafts of templates: one person at a time, published as versions, told in the log."""

from datetime import datetime

import pytest

from aftercare.engagement.messaging.actions.drafts import change_draft, discard_draft, publish_draft
from aftercare.engagement.messaging.builtin import builtin_templates
from aftercare.engagement.messaging.contents import Content, Words
from aftercare.engagement.messaging.drafts import working_content
from aftercare.engagement.messaging.errors import NotPublishable
from aftercare.engagement.messaging.models import TemplateDraft, TemplateVersion
from aftercare.engagement.messaging.translations import has_newer_builtin
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.drafts import DraftChanged
from aftercare.foundation.kit.errors import Invalid, NotFound
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import with_templates

NAME = {"key": "packed", "locale": "en"}
MINE = Content(
    "It is packed", "", Words(heading="Packed", body="Hello {{ customer.first_name }}\n\n{button}", button="See")
)


def keep(store: Store, now: datetime, revision: int = 0, content: Content = MINE) -> TemplateDraft:
    return change_draft(store=store, **NAME, content=content, revision=revision, by="staff:a", now=now)


def publish(store: Store, now: datetime, revision: int = 1) -> TemplateVersion:
    return publish_draft(store=store, **NAME, revision=revision, note="Warmer", by="staff:a", now=now)


def test_words_come_back_as_they_were_written(shop: Store, now: datetime) -> None:
    with_templates(shop, now)
    builtin = working_content(**NAME)
    assert (builtin.content.words, builtin.revision) == (builtin_templates("en")["packed"].words, 0)
    keep(shop, now)
    version = publish(shop, now)
    assert (version.number, version.note, version.created_by) == (2, "Warmer", "staff:a")
    after = working_content(**NAME)
    assert (after.content.words, after.content.subject, after.draft) == (MINE.words, "It is packed", None)
    assert "Hello {{ customer.first_name }}" in version.html
    events = EventRow.objects.filter(type="message_template.published").values_list("actor", "data")
    assert list(events) == [("staff:a", {"template": "packed", "locale": "en", "version": 2, "note": "Warmer"})]


def test_whoever_comes_second_is_told_and_writes_nothing(shop: Store, now: datetime) -> None:
    keep(shop, now)
    for attempt in (lambda: keep(shop, now, 0), lambda: publish(shop, now, 7)):
        with pytest.raises(DraftChanged, match="has changed this draft meanwhile"):
            attempt()
    assert TemplateDraft.objects.get().revision == 1
    discard_draft(store=shop, **NAME, revision=1, by="staff:b", now=now)
    with pytest.raises(DraftChanged, match="published or discarded"):
        keep(shop, now, 1)
    assert EventRow.objects.get(type="message_template.draft_discarded").actor == "staff:b"


def test_words_become_source_and_source_no_words(shop: Store, now: datetime) -> None:
    keep(shop, now)
    source = working_content(**NAME).content.source
    keep(shop, now, 1, Content("It is packed", source))
    with pytest.raises(Invalid, match="source of its own"):
        keep(shop, now, 2)
    assert working_content(**NAME).content == Content("It is packed", source)


def test_what_has_errors_is_kept_and_not_published(shop: Store, now: datetime) -> None:
    keep(shop, now, content=Content("Hi", "", Words(body="{{ order.numbr }}")))
    with pytest.raises(NotPublishable) as refused:
        publish(shop, now)
    assert refused.value.field == "body[1:4]"
    assert not TemplateVersion.objects.exists()


def test_what_is_far_too_long_or_has_no_such_name_is_refused(shop: Store, now: datetime) -> None:
    with pytest.raises(Invalid, match="far too long"):
        keep(shop, now, content=Content("Hi", "x" * 200_001))
    for name in ({"key": "nonsense", "locale": "en"}, {"key": "packed", "locale": "xx"}):
        with pytest.raises(NotFound):
            change_draft(store=shop, **name, content=MINE, revision=0, by="a", now=now)


def test_a_newer_builtin_is_noticed_and_changes_nothing(shop: Store, now: datetime) -> None:
    with_templates(shop, now)
    keep(shop, now)
    version = publish(shop, now)
    assert not has_newer_builtin(version)
    version.builtin_digest = "of last year"
    assert has_newer_builtin(version)
