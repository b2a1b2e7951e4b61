"""Finding stores."""

from aftercare.foundation.database.whole import read_whole
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store


def store_by_slug(*, slug: str) -> Store:
    """The store of this slug; raises NotFound with the slugs there are (for commands, never shown to shoppers)."""
    store = Store.objects.filter(slug=slug).first()
    if store is None:
        known = ", ".join(Store.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
        raise NotFound(
            f"There is no store '{slug}'.",
            field="store",
            remedy=f"Stores here: {known}. `aftercare store add` makes one.",
        )
    return store


def store_at(*, slug: str) -> Store | None:
    """The store under this address; asked for by every page of a shopper."""
    return next(iter(read_whole(Store, where="t.slug = %s", parameters=[slug])), None)


def stores_by_id(*, ids: set[int]) -> dict[int, Store]:
    """Several stores at once, by id."""
    return Store.objects.in_bulk(list(ids))
