"""Opening and changing a store."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store


@transaction.atomic
def open_store(*, slug: str, name: str, now: datetime, **settings: object) -> Store:
    """A new store; raises Invalid naming the setting that is wrong."""
    store = Store(slug=slug, name=name, created_at=now, **settings)
    _validated(store).save()
    return store


@transaction.atomic
def change_store(*, store: Store, **settings: object) -> Store:
    """Change settings of a store; raises Invalid naming the setting that is wrong."""
    for name, value in settings.items():
        setattr(store, name, value)
    _validated(store).save(update_fields=list(settings))
    return store


def _validated(store: Store) -> Store:
    try:
        store.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(messages[0], field=field) from error
    return store
