"""Users, where and how they signed in, their memberships in stores, invitations, and API tokens."""

import hashlib
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.staff.policy import ROLE_LABELS, InvitationState, Role, invitation_state
from aftercare.foundation.stores.owned import StoreOwned


def new_user_id() -> str:
    return public_id("usr")


def new_token_id() -> str:
    return public_id("tok")


def new_invitation_id() -> str:
    return public_id("inv")


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address, as django-allauth expects."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        # Looked up as it is written; nobody remembers in which case they wrote theirs.
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who signs in to the console. What they may do follows from their membership, not from here."""

    public_id = models.CharField(max_length=24, unique=True, default=new_user_id, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    locale = models.CharField(max_length=12, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    # Django's admin and permission tables are not used; allauth asks for these two.
    is_staff = False
    is_superuser = False

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email


class SignIn(models.Model):
    """One attempt to sign in as somebody we know, of whatever store. Kept for half a year."""

    class Outcome(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        WRONG_PASSWORD = "wrong_password", _("Wrong password")
        WRONG_SECOND_FACTOR = "wrong_second_factor", _("Wrong second factor")
        LOCKED = "locked", _("Locked after too many attempts")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    method = models.CharField(max_length=60, help_text="With what, in words, such as “Password and app code”.")
    address = models.CharField(max_length=45, help_text="The address it came from, as the proxy or the socket tells.")
    browser = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="sign_in_of_user"),
            models.Index(fields=["at"], name="sign_in_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.outcome}"

    @property
    def tone(self) -> str:
        """How it is coloured."""
        match self.outcome:
            case self.Outcome.SIGNED_IN:
                return "good"
            case self.Outcome.LOCKED:
                return "problem"
        return "attention"


class Session(AbstractBaseSession):
    """A browser that is signed in, or on its way; where it is known, whose it is and where it was opened."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=60, blank=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        return store

    @property
    def handle(self) -> str:
        """Names the session on a page; whoever reads it there cannot take the session over."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:24]


class Membership(StoreOwned):
    """A user's role in a store."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=12, choices=[(role.value, label) for role, label in ROLE_LABELS.items()])
    created_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "user"], name="membership_once")]

    @property
    def held_role(self) -> Role:
        return Role(self.role)


class Invitation(StoreOwned):
    """Somebody is asked to work here. The link names it and its `generation`: sending again ends the links before."""

    public_id = models.CharField(max_length=24, unique=True, default=new_invitation_id, editable=False)
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=[(role.value, label) for role, label in ROLE_LABELS.items()])
    generation = models.PositiveIntegerField(default=1)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                "store", Lower("email"), name="invitation_open_once",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
            ),
        ]  # fmt: skip

    @property
    def held_role(self) -> Role:
        return Role(self.role)

    def state_at(self, now: datetime) -> InvitationState:
        """What has become of it."""
        return invitation_state(
            accepted_at=self.accepted_at, revoked_at=self.revoked_at, expires_at=self.expires_at, now=now
        )


class ApiToken(StoreOwned):
    """What a program shows to act in a store. The secret itself is shown once and never kept."""

    public_id = models.CharField(max_length=24, unique=True, default=new_token_id, editable=False)
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=12, help_text="The last characters of the secret, to tell tokens apart.")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, help_text="From when on it opens nothing; empty for never.")
    revoked_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        pass
