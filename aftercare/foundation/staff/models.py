"""Users, their memberships in stores, and API tokens."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.staff.policy import ROLE_LABELS, Role
from aftercare.foundation.stores.owned import StoreOwned


def new_user_id() -> str:
    return public_id("usr")


def new_token_id() -> str:
    return public_id("tok")


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address, as django-allauth expects."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
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
    revoked_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        pass
