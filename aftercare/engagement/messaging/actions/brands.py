"""How a store looks today, kept with what it sends."""

import hashlib

import orjson
from django.conf import settings

from aftercare.engagement.messaging.models import Brand
from aftercare.engagement.messaging.queries import reply_domains
from aftercare.foundation.kit.colour import Colour, text_on
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.queries import stores_by_id
from aftercare.foundation.stores.scope import across_stores


def brands_of(store_ids: set[int]) -> dict[int, int]:
    """The row id of each store's present brand; a changed look makes a new row, and old messages keep the old one."""
    domains = reply_domains(store_ids=store_ids)
    looks = {
        store_id: look_of(store, reply_domain=domains.get(store_id, ""))
        for store_id, store in stores_by_id(ids=store_ids).items()
    }
    digests = {
        store_id: hashlib.blake2b(orjson.dumps(look), digest_size=16).hexdigest() for store_id, look in looks.items()
    }
    with across_stores("a batch of messages may be of several stores"):
        known = {
            (store_id, digest): row_id
            for row_id, store_id, digest in Brand.objects.filter(store_id__in=store_ids).values_list(
                "id", "store_id", "digest"
            )
        }
        for store_id, digest in digests.items():
            if (store_id, digest) not in known:
                brand, _ = Brand.objects.get_or_create(
                    store_id=store_id, digest=digest, defaults={"look": looks[store_id]}
                )
                known[store_id, digest] = brand.pk
    return {store_id: known[store_id, digest] for store_id, digest in digests.items()}


def look_of(store: Store, *, reply_domain: str = "") -> dict[str, str]:
    """How a store looks today, as templates see it; with a reply domain, answers come to us."""
    replies = {"reply_domain": reply_domain} if reply_domain else {}
    return replies | {
        "name": store.name,
        "color": store.brand_color,
        "text_color": str(text_on(Colour.parse(store.brand_color))),
        "website": store.website or f"{settings.SITE_URL}/s/{store.slug}/",
        "portal": f"{settings.SITE_URL}/s/{store.slug}/",
        "support_email": store.support_email,
        "postal_address": store.postal_address.replace("\n", ", "),
        "sender_email": store.sender_email or f"{store.slug}@localhost",
    }
