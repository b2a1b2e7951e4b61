"""What the list of guides is narrowed to."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.content.models import Guide
from aftercare.engagement.content.overview import GuideFilters
from aftercare.foundation.web.listing import Filters


class GuideListFilters(Filters):
    """Guides by kind and language."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Guide.Kind.choices], required=False)
    locale = forms.ChoiceField(label=_("Language"), choices=[("", _("All")), *settings.LANGUAGES], required=False)

    def narrowed(self) -> GuideFilters:
        """As the query takes them."""
        return GuideFilters(
            words=self.chosen("q") or "", kind=self.chosen("kind") or "", locale=self.chosen("locale") or ""
        )
