"""Who is asking, and in which store; who works there, who was asked to, and how people signed in."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import F, Max, Q

from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.database.whole import read_whole
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.staff.models import ApiToken, Invitation, Membership, Session, SignIn, User
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


def addresses_of_staff(*, store_id: int, role: str = "") -> list[str]:
    """The e-mail addresses of everybody who works in the store now, or holds this role there. One query."""
    found = Membership.objects.filter(store_id=store_id, user__is_active=True)
    if role:
        found = found.filter(role=role)
    return list(found.order_by("user__email").values_list("user__email", flat=True))


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


def names_of_staff(*, public_ids: Collection[str]) -> dict[str, str]:
    """What these users are called, by public id; also of those who no longer work here."""
    return {user.public_id: str(user) for user in User.objects.filter(public_id__in=public_ids)}


def names_of_tokens(*, public_ids: Collection[str]) -> dict[str, str]:
    """What these tokens of the store are called, by public id; also of those that were revoked."""
    return dict(ApiToken.objects.filter(public_id__in=public_ids).values_list("public_id", "name"))


def live_token(*, secret: str, now: datetime, with_store: bool = True) -> ApiToken | None:
    """The token of this secret, unless unknown, revoked or expired; its store comes along, logo and all, if it is wanted."""
    opens = "t.digest = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %s)"
    found = read_whole(
        ApiToken, where=opens, parameters=[digest_of_token(secret), now], owner="store" if with_store else ""
    )
    return next(iter(found), None)


def open_invitations(*, store: Store) -> list[Invitation]:
    """Those that nobody has accepted and nobody has taken back, the latest first; some may have expired."""
    found = Invitation.objects.filter(store=store, accepted_at=None, revoked_at=None)
    return list(found.select_related("invited_by").order_by("-sent_at", "-id"))


def invitation_by_public_id(*, public_id: str) -> Invitation:
    """An invitation of the store; raises NotFound."""
    found = Invitation.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def invitation_anywhere(*, public_id: str) -> Invitation | None:
    """An invitation with its store, whichever that is: for the one who was sent its link."""
    with across_stores("the link decides which store is meant"):
        return Invitation.objects.filter(public_id=public_id).select_related("store", "invited_by").first()


def user_of_email(*, email: str) -> User | None:
    """The account of this address, whatever its case."""
    return User.objects.filter(email__iexact=email.strip()).first()


def second_factors_of(*, user_ids: Collection[int]) -> dict[int, set[str]]:
    """Which kinds of second factor (`totp`, `webauthn`) each of these users has. One query."""
    found: dict[int, set[str]] = {}
    own = Authenticator.objects.filter(user_id__in=user_ids).exclude(type=Authenticator.Type.RECOVERY_CODES)
    for user_id, kind in own.values_list("user_id", "type"):
        found.setdefault(user_id, set()).add(kind)
    return found


def has_second_factor(*, user: User) -> bool:
    """Whether the user needs more than a password to sign in."""
    return user.pk in second_factors_of(user_ids=[user.pk])


def sessions_of(*, user: User, now: datetime) -> list[Session]:
    """Where the user is signed in, the latest first."""
    return list(Session.objects.filter(user=user, expire_date__gt=now).order_by(F("started_at").desc(nulls_last=True)))


def sign_ins_of(*, user: User, limit: int) -> list[SignIn]:
    """The user's latest attempts to sign in."""
    return list(SignIn.objects.filter(user=user).order_by("-at", "-id")[:limit])


def last_sign_ins(*, user_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these users last came in, as far as we remember. One query."""
    came_in = SignIn.objects.filter(user_id__in=user_ids, outcome=SignIn.Outcome.SIGNED_IN)
    return dict(came_in.values_list("user_id").annotate(Max("at")))


def sign_ins_of_staff(
    *, store: Store, person: str = "", outcome: str = "", since: datetime | None = None, until: datetime | None = None,
    after: str = "", limit: int = 50,
) -> Page[SignIn]:  # fmt: skip
    """A page of attempts to sign in as somebody who works in the store now, the latest first. Two queries.

    `person` is a user's public id; `until` is no longer in it.
    """
    members = list(Membership.objects.filter(store=store).values_list("user_id", flat=True))
    narrowed = Q(user_id__in=members)
    narrowed &= Q(user__public_id=person) if person else Q()
    narrowed &= Q(outcome=outcome) if outcome else Q()
    narrowed &= Q(at__gte=since) if since else Q()
    narrowed &= Q(at__lt=until) if until else Q()
    return page(SignIn.objects.filter(narrowed).select_related("user"), by="at", after=after, limit=limit)
