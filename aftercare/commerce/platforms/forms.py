"""What the list of imports is narrowed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.platforms.models import ImportRun
from aftercare.foundation.web.listing import Filters


class ImportFilters(Filters):
    """Imports by state; the search is for the file's name."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *ImportRun.State.choices], required=False)
