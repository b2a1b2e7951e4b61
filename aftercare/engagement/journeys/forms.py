"""What the list of a journey's enrolments is narrowed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.journeys.models import Enrolment
from aftercare.foundation.web.listing import Filters


class EnrolmentFilters(Filters):
    """Enrolments by state and outcome."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Enrolment.State.choices], required=False)
    outcome = forms.SlugField(label=_("Outcome"), required=False, max_length=40)
