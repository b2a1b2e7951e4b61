"""Sending oneself what a template makes of an order."""

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.trial import Trial, send_trial
from aftercare.engagement.messaging.console.templates.editor import back_to_editor
from aftercare.engagement.messaging.console.templates.showing import found_template, order_asked_for
from aftercare.engagement.messaging.tryout import usual_order
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.ratelimit import Limit, take
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_TRIALS = Limit("template trial", burst=10, seconds=600)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def send(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """Send the draft, or what is live, to an address, marked as a test."""
    found = found_template(key, locale)
    own_address = request.membership.user.email
    recipient = str(request.POST.get("recipient", "")).strip() or own_address
    try:
        validate_email(recipient)
        take(limit=_TRIALS, who=request.who, now=clock.now())
        trial = send_trial(
            store=request.store, name=(key, locale), content=found.working.content,
            order=order_asked_for(request) or usual_order(store=request.store, kind=found.kind),
            recipient=recipient, own_address=own_address, now=clock.now(),
        )  # fmt: skip
    except ValidationError:
        toasts.error(request, _("“%(address)s” is no e-mail address.") % {"address": recipient[:100]})
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        _tell(request, trial)
    return back_to_editor(request, key, locale, "#trial")


def _tell(request: StaffRequest, trial: Trial) -> None:
    told = {"address": trial.recipient, "subject": trial.subject, "answer": trial.answer}
    if trial.left:
        toasts.success(request, _("“%(subject)s” is on its way to %(address)s: %(answer)s") % told)
    else:
        toasts.error(request, _("“%(subject)s” was made, and did not leave: %(answer)s") % told)
