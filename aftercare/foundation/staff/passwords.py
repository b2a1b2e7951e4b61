"""What no password may be made of: who one is and where one works. Length and common passwords are Django's to check."""

import re
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.staff.models import User
from aftercare.foundation.staff.queries import memberships_of

# So much must remain of a password when what everybody knows of its owner is taken out.
_LEAST_REMAINING = 8
_SHORTEST_WORD = 3
_NO_LETTER = re.compile(r"[\W_]+")


def personal_word(*, password: str, known: Iterable[str]) -> str:
    """The word of what is `known` (names, addresses) that too much of the password is made of; empty where none is."""
    words = sorted({part for text in known for part in _parts(text)}, key=len, reverse=True)
    rest, first = _squeezed(password), ""
    for word in words:
        if word in rest:
            rest, first = rest.replace(word, ""), first or word
    return first if first and len(rest) < _LEAST_REMAINING else ""


def check_password(*, password: str, user: User) -> None:
    """Raise Invalid where the installation takes no such password from this user."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from None


def check_personal(*, password: str, known: Iterable[str]) -> None:
    """Raise Django's ValidationError where the password is made of such a word."""
    word = personal_word(password=password, known=known)
    if word:
        raise ValidationError(
            _("Too much of this password is “%(word)s”, which others know of you. Add a few unrelated words.")
            % {"word": word},
            code="password_is_personal",
        )


class NotPersonal:
    """Django's kind of password validator: not one's own name or address, nor those of the stores one works in."""

    def validate(self, password: str, user: object = None) -> None:
        check_personal(password=password, known=_known_of(user) if isinstance(user, User) else ["aftercare"])

    def get_help_text(self) -> str:
        return _("It cannot be made of your name, your address or the name of a store. A few unrelated words do best.")


def _known_of(user: User) -> list[str]:
    stores = [membership.store.name for membership in memberships_of(user=user)] if user.pk else []
    return ["aftercare", user.email, user.name, *stores]


def _parts(text: str) -> list[str]:
    """Each word, and all of them run together; the end of a domain says nothing of anybody."""
    local, _at, domain = text.partition("@")
    words = [*_NO_LETTER.split(local.casefold()), *domain.casefold().split(".")[:-1]]
    return [word for word in [*map(_squeezed, words), _squeezed(local)] if len(word) >= _SHORTEST_WORD]


def _squeezed(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())
