"""A store and when its people work."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.policy import BusinessHours


def new_store_id() -> str:
    return public_id("sto")


class Store(models.Model):
    """One brand: what its messages and pages look like, speak, cost and when its people are there."""

    public_id = models.CharField(max_length=24, unique=True, default=new_store_id, editable=False)
    slug = models.SlugField(max_length=50, unique=True, help_text="Stands in every address of the store's pages.")
    name = models.CharField(max_length=120)
    locale = models.CharField(max_length=12, default="en", help_text="The language of last resort, such as en or de.")
    currency = models.CharField(max_length=3, default="EUR", validators=[RegexValidator("^[A-Z]{3}$")])
    time_zone = models.CharField(max_length=64, default="UTC", help_text="An IANA name, such as Europe/Berlin.")
    country = models.CharField(max_length=2, default="DE", validators=[RegexValidator("^[A-Z]{2}$")])
    region = models.CharField(max_length=6, blank=True, help_text="Decides regional holidays, such as BY for Bavaria.")
    brand_color = models.CharField(max_length=7, default="#3f5d4b", validators=[RegexValidator("^#[0-9a-fA-F]{6}$")])
    logo = models.TextField(blank=True, help_text="The logo as SVG; empty shows the name.")
    website = models.URLField(blank=True)
    support_email = models.EmailField(blank=True)
    sender_email = models.EmailField(blank=True, help_text="From whom messages come.")
    postal_address = models.TextField(
        blank=True, help_text="Stands at the foot of every marketing message, as law asks."
    )
    weekly_hours = models.JSONField(default=dict, blank=True, help_text='Such as {"mon": [["09:00", "17:00"]]}.')
    closures = models.JSONField(default=list, blank=True, help_text="Extra days off as ISO dates.")
    quiet_from = models.TimeField(default="21:00", help_text="Nothing that can wait is sent from here …")
    quiet_until = models.TimeField(default="08:00", help_text="… until here, in the recipient's own time.")
    second_factor_required = models.BooleanField(
        default=False, help_text="Whoever works here needs more than a password."
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="store_currency_is_iso_4217"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def business_hours(self) -> BusinessHours:
        return BusinessHours(
            weekly=self.weekly_hours,
            closures=frozenset(self.closures),
            country=self.country,
            region=self.region,
            time_zone=self.time_zone,
        )
