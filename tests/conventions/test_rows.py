"""Rows: foreign keys point down, and whatever belongs to a store is guarded."""

from django.apps import apps
from django.conf import settings
from django.db import models

from aftercare.foundation.stores.owned import StoreOwned

ORDER = [name.rpartition(".")[2] for name in settings.CAPABILITIES]


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in ORDER]


def upward_keys(model: type[models.Model]) -> list[str]:
    own = ORDER.index(model._meta.app_label)
    return [
        f"{model._meta.label}.{field.name}"
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label in ORDER
        and ORDER.index(field.related_model._meta.app_label) > own
    ]


def test_foreign_keys_point_down() -> None:
    assert [key for model in own_models() for key in upward_keys(model)] == []


def test_an_upward_key_would_be_found() -> None:
    class Upward(models.Model):
        message = models.ForeignKey("messaging.Message", on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "orders"
            managed = False

        def __str__(self) -> str:
            return "upward"

    try:
        assert upward_keys(Upward) == ["orders.Upward.message"]
    finally:
        del apps.all_models["orders"]["upward"]
        apps.clear_cache()


def test_every_row_with_a_store_is_guarded() -> None:
    unguarded = [
        model._meta.label
        for model in own_models()
        if any(field.name == "store" for field in model._meta.fields) and not issubclass(model, StoreOwned)
    ]
    assert unguarded == []
