"""What a carrier must be told, as karrio's own connector declares it: read from its source, not by importing it.

Importing takes a quarter of a minute's patience from whoever opens a form, and changes the process (see `child`).
Karrio marks what is secret as `metadata={"sensitive": True}`, in part only in comments; both are believed, and what is
called like a secret is one.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.shipments.carriers.karrio.interpreter import is_installed
from aftercare.commerce.shipments.errors import LibraryMissing

_NOT_ASKED = frozenset({"carrier_id", "id", "metadata", "config", "services", "test_mode"})
_MARKED = re.compile(r"^\s*#?\s*(\w+)\s*:.*[\"']sensitive[\"']:\s*True", re.MULTILINE)
_SOUNDS_SECRET = re.compile(r"password|passphrase|secret|token|(^|_)pin$|api_key|access_key|consumer_key")
_UPPER = {"api": "API", "id": "ID", "crid": "CRID", "mid": "MID", "pin": "PIN", "lang": "Language"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing a carrier must, or may, be told; `default` is None where it must."""

    name: str
    default: str | None
    is_secret: bool

    @property
    def label(self) -> str:
        words = [_UPPER.get(word.lower(), word) for word in self.name.split("_")]
        return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


@cache
def fields_of(connector: str) -> tuple[Setting, ...]:
    """What the installed connector of this name asks for; nothing where it is not installed."""
    path = _source(connector)
    return tuple(_declared(path.read_text(encoding="utf-8"))) if path else ()


def _source(connector: str) -> Path | None:
    # By karrio's folder, for asking for a module within would import those around it.
    spec = find_spec("karrio")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / "mappers" / connector / "settings.py"
        if path.is_file():
            return path
    return None


def _declared(source: str) -> Iterator[Setting]:
    marked = set(_MARKED.findall(source))
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef) or node.name != "Settings":
            continue
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id not in _NOT_ASKED:
                name = one.target.id
                yield Setting(name, _default(one.value), name in marked or bool(_SOUNDS_SECRET.search(name)))


def _default(value: ast.expr | None) -> str | None:
    """As text; None where there is none and something must be said."""
    if isinstance(value, ast.Call):
        value = next((keyword.value for keyword in value.keywords if keyword.arg == "default"), None)
    if isinstance(value, ast.Constant):
        return str(value.value) if value.value is not None else ""
    return None


class KarrioForm(forms.Form):
    """The fields of one connector, and how often it may be called."""

    connector: ClassVar[str]
    usual_per_hour: ClassVar[int]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in fields_of(self.connector):
            self.fields[field.name] = forms.CharField(
                label=field.label, max_length=400, required=field.default is None, initial=field.default,
                widget=forms.PasswordInput if field.is_secret else forms.TextInput,
                strip=not field.is_secret,
            )  # fmt: skip
        self.fields["test_mode"] = forms.BooleanField(
            label=_("These are keys of the carrier's test system"), required=False
        )
        self.fields["per_hour"] = forms.IntegerField(
            label=_("Questions an hour, at most"), min_value=1, max_value=100_000, required=False,
            initial=self.usual_per_hour, help_text=_("As your contract with the carrier allows."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        said = super().clean() or {}
        if not is_installed() or not fields_of(self.connector):
            refusal = LibraryMissing.of_karrio()
            raise forms.ValidationError(f"{refusal.sentence} {refusal.remedy}")
        secrets = [field.name for field in fields_of(self.connector) if field.is_secret]
        if not self.errors and not any(said.get(name) for name in secrets):
            raise forms.ValidationError(_("Without a key the carrier tells nothing."))
        return said
