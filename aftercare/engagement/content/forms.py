"""What the list of guides is narrowed to, and a guide as staff write it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.content.kinds import kind_choices
from aftercare.engagement.content.models import Guide
from aftercare.engagement.content.overview import GuideFilters
from aftercare.engagement.content.schemas import GuideIn
from aftercare.engagement.content.vocabulary import OwnershipStage
from aftercare.foundation.web.listing import Filters

LONGEST_BODY = 50_000
_SLUG = 80


class GuideListFilters(Filters):
    """Guides by kind and language."""

    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: [("", _("All")), *kind_choices()], required=False)
    locale = forms.ChoiceField(label=_("Language"), choices=[("", _("All")), *settings.LANGUAGES], required=False)

    def narrowed(self) -> GuideFilters:
        """As the query takes them."""
        return GuideFilters(
            words=self.chosen("q") or "", kind=self.chosen("kind") or "", locale=self.chosen("locale") or ""
        )


class GuideForm(forms.Form):
    """A guide in one language."""

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(
        label=_("In one sentence"), max_length=300, required=False, help_text=_("Stands below the title, and in lists."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=kind_choices)
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    video_url = forms.URLField(label=_("Address of the video"), max_length=500, required=False, assume_scheme="https")
    stage = forms.ChoiceField(
        label=_("Of use"), choices=OwnershipStage.choices, required=False,
        help_text=_("When it stands on the page of an order, by the delivery of what it is about."),
    )  # fmt: skip
    from_day = forms.IntegerField(label=_("From day"), min_value=0, max_value=3650, required=False, initial=0)
    until_day = forms.IntegerField(
        label=_("Until day"), min_value=0, max_value=3650, required=False,
        help_text=_("Days after it arrived; the day of the delivery is 0. Empty: for ever."),
    )  # fmt: skip
    body = forms.CharField(
        label=_("Text"), max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("Markdown: **bold**, # heading, 1. steps, - points, | tables |, [words](https://address)."),
    )  # fmt: skip
    slug = forms.SlugField(
        label=_("Address"), max_length=_SLUG, required=False,
        help_text=_("The end of its page's address, the same in every language. Left empty, made of the title."),
    )  # fmt: skip

    @staticmethod
    def said_of(guide: Guide) -> dict[str, Any]:
        """A guide as the form shows it."""
        return {name: getattr(guide, name) for name in GuideForm.base_fields}

    def clean(self) -> dict[str, Any]:
        """An address of its own, also where the title has no letter that could stand in one."""
        said = dict(super().clean() or {})
        said["from_day"] = said.get("from_day") or 0
        if not said.get("slug") and said.get("title"):
            said["slug"] = slugify(said["title"])[:_SLUG].strip("-")
            if not said["slug"]:
                self.add_error("slug", _("Write one: nothing of the title can stand in an address."))
        return said

    def guide(self) -> GuideIn:
        """As it is kept."""
        return GuideIn(**self.cleaned_data)
