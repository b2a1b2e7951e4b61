"""Tell staff by e-mail that somebody has got here."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.choices import role_choices
from aftercare.engagement.journeys.objections import Objection, Surroundings, Weight
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller
from aftercare.foundation.kit.choices import Choices
from aftercare.foundation.kit.schema import Email
from aftercare.foundation.staff.mail import can_mail_staff
from aftercare.foundation.staff.policy import ROLE_LABELS, Role
from aftercare.foundation.staff.queries import addresses_of_staff
from aftercare.foundation.staff.tasks import send_to_staff

_MOST_NAMED = 20


class AlertConfig(BaseModel):
    """To everybody who holds `role` in the store, and to `address`."""

    model_config = ConfigDict(extra="forbid")
    role: Annotated[str, Field(title=gettext_noop("To everybody who is")), Choices(role_choices)] = Role.AGENT.value
    address: Annotated[
        Email | None,
        Field(title=gettext_noop("And to this address"), description=gettext_noop("Such as a shared inbox.")),
    ] = None
    text: Annotated[
        str, Field(title=gettext_noop("What to tell them"), min_length=1, max_length=300, pattern=r"^[^\x00]+$")
    ]

    @model_validator(mode="after")
    def _has_somebody(self) -> "AlertConfig":
        if not self.role and not self.address:
            raise ValueError(_("Say whom to tell."))
        return self


@register
class Alert(Step[AlertConfig]):
    """One mail for all who get here together: a thousand orders at once are one thing to look into."""

    key = "alert"
    label = gettext_lazy("Alert staff")
    hint = gettext_lazy("By e-mail, to a role or an address")
    icon = "bell-ring"
    Config = AlertConfig

    def describe(self, config: AlertConfig) -> str:
        role = str(ROLE_LABELS[Role(config.role)]) if config.role else ""
        whom = _(" and ").join(filter(None, [role, config.address]))
        return _("Alert %(whom)s: “%(text)s”") % {"whom": whom, "text": config.text}

    def check(self, config: AlertConfig, around: Surroundings) -> Iterator[Objection]:  # noqa: ARG002 -- the base's signature
        if not can_mail_staff():
            yield Objection(_("This installation has no mail relay for staff, so nobody is told."), Weight.ADVICE)

    def run(self, batch: Sequence[Traveller], config: AlertConfig, *, now: datetime) -> list[Move]:
        if to := _addresses(batch, config):
            text = "\n".join([config.text, "", *_who(batch)])
            send_to_staff.defer(store_id=batch[0].store_id, to=to, subject=config.text, text=text)
        return self.try_out(batch, config, now=now)

    def try_out(self, batch: Sequence[Traveller], config: AlertConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        return [Advance("alerted" if _addresses(batch, config) else "nobody_to_tell")] * len(batch)


def _addresses(batch: Sequence[Traveller], config: AlertConfig) -> list[str]:
    """Whoever stands at one step of one version is of one store."""
    of_role = addresses_of_staff(store_id=batch[0].store_id, role=config.role) if config.role else []
    return sorted({*of_role, *filter(None, [config.address])})


def _who(group: Sequence[Traveller]) -> Iterator[str]:
    shown = sorted(group, key=lambda one: one.id)[:_MOST_NAMED]
    orders = Order.objects.in_bulk([one.order_id for one in shown if one.order_id])
    people = Customer.objects.in_bulk([one.customer_id for one in shown if one.customer_id])
    for one in shown:
        known = [orders.get(one.order_id or 0), people.get(one.customer_id or 0)]
        yield " · ".join(str(subject) for subject in known if subject) or one.public_id
    if more := len(group) - len(shown):
        yield ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
