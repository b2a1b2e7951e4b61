"""Reads for the editor: the draft of a template, or what a draft would begin as."""

from dataclasses import dataclass, replace

from django.conf import settings

from aftercare.engagement.messaging.builtin import builtin_template
from aftercare.engagement.messaging.builtin.composing import compose
from aftercare.engagement.messaging.contents import Content, Words, words_from
from aftercare.engagement.messaging.models import TemplateDraft, TemplateVersion
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.kit.errors import NotFound


@dataclass(frozen=True)
class Working:
    """What is being edited: the draft where there is one, else what the live version says. `revision` 0: no draft."""

    content: Content
    revision: int
    based_on: int
    draft: TemplateDraft | None
    live: TemplateVersion | None


def check_name(*, key: str, locale: str) -> None:
    """Raise NotFound unless there is such a message, and it may be written in this language."""
    message_type(key)
    if locale not in languages() and not TemplateVersion.objects.filter(key=key, locale=locale).exists():
        raise NotFound(f"Messages are not written in '{locale}'.", field="locale")


def languages() -> dict[str, str]:
    """The languages that messages are written in, by code."""
    return {code: str(name) for code, name in settings.LANGUAGES}


def draft_of(*, key: str, locale: str) -> TemplateDraft | None:
    """The draft of a template."""
    return TemplateDraft.objects.filter(key=key, locale=locale).first()


def live_version(*, key: str, locale: str) -> TemplateVersion | None:
    """The version that is used now."""
    return TemplateVersion.objects.filter(key=key, locale=locale, is_live=True).first()


def working_content(*, key: str, locale: str) -> Working:
    """What an editor of this template begins with; raises NotFound. Two queries."""
    check_name(key=key, locale=locale)
    draft, live = draft_of(key=key, locale=locale), live_version(key=key, locale=locale)
    if draft is not None:
        return Working(content_of_draft(draft), draft.revision, draft.based_on, draft, live)
    if live is not None:
        return Working(content_of_version(live), 0, live.number, None, live)
    return Working(builtin_template(key=key, locale=locale) or Content("", "", Words()), 0, 0, None, None)


def content_of_draft(draft: TemplateDraft) -> Content:
    """What a draft says."""
    return made(
        subject=draft.subject,
        words=words_from(draft.words),
        source=draft.source,
        short=draft.short,
        locale=draft.locale,
    )


def content_of_version(version: TemplateVersion) -> Content:
    """What a version says; built-in ones from before words were kept are known by their digest."""
    built = builtin_template(key=version.key, locale=version.locale)
    if version.words is None and built is not None and built.digest == version.digest:
        return built
    return Content(version.subject, version.source, words_from(version.words), version.short)


def made(*, subject: str, words: Words | None, source: str, locale: str, short: str = "") -> Content:
    """Content of either form; nothing is made of words that are far too long."""
    content = Content(subject, source, words, short)
    return (
        content
        if words is None or content.is_too_long
        else replace(content, source=compose(words=words, locale=locale))
    )
