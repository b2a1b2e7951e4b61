"""Who is asking, and in which store."""

import hashlib
from collections.abc import Iterable

from django.db.models import F

from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.staff.models import ApiToken, Membership, User
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores


def digest_of_token(secret: str) -> str:
    """How a token is kept. Tokens are 256 random bits, so one plain hash is as strong as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()


def memberships_of(*, user: User) -> list[Membership]:
    """Every store the user works in, by the store's name."""
    with across_stores("a person may work in several stores and chooses one"):
        return list(Membership.objects.filter(user=user).select_related("store").order_by("store__name"))


def membership_in(*, user: User, slug: str) -> Membership | None:
    """The user's membership in the store of this slug."""
    with across_stores("the membership decides whether the scope may be opened"):
        return Membership.objects.filter(user=user, store__slug=slug).select_related("store", "user").first()


def staff_of(*, store: Store) -> list[Membership]:
    """Everyone who works in the store, owners first."""
    return list(Membership.objects.filter(store=store).select_related("user").order_by("-role", "user__email"))


def membership_by_id(*, row_id: int) -> Membership:
    """A membership of the store; raises NotFound."""
    found = Membership.objects.filter(pk=row_id).select_related("user").first()
    if found is None:
        raise NotFound("This person does not work here.")
    return found


def tokens_of(*, store: Store) -> list[ApiToken]:
    """Every token of the store with who made it, those that still open something first, then the latest."""
    found = ApiToken.objects.filter(store=store).select_related("created_by")
    return list(found.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-id"))


def token_by_public_id(*, public_id: str) -> ApiToken:
    """A token; raises NotFound."""
    found = ApiToken.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such token.")
    return found


def names_of_staff(*, public_ids: Iterable[str]) -> dict[str, str]:
    """What these users are called, by public id; also of those who no longer work here."""
    return {user.public_id: str(user) for user in User.objects.filter(public_id__in=list(public_ids))}


def live_token(*, secret: str) -> ApiToken | None:
    """The token of this secret, unless unknown or revoked."""
    with across_stores("the token decides which store is meant"):
        found = ApiToken.objects.filter(digest=digest_of_token(secret), revoked_at=None)
        return found.select_related("store").first()
