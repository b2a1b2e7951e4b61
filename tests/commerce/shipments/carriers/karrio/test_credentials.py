"""What carriers must be told, read from karrio's own connectors."""

import sys

import pytest

from aftercare.commerce.shipments.carriers import registry
from aftercare.commerce.shipments.carriers.karrio import Karrio
from aftercare.commerce.shipments.carriers.karrio.credentials import KarrioForm, fields_of

KINDS = [carrier for carrier in registry if isinstance(carrier, Karrio)]


def form_of(key: str, **said: object) -> KarrioForm:
    form_class = registry[key].ConfigForm
    assert form_class is not None
    form = form_class(data=said)
    assert isinstance(form, KarrioForm)
    return form


@pytest.mark.parametrize("carrier", KINDS, ids=lambda carrier: carrier.key)
def test_every_connector_says_what_it_needs_and_what_of_it_is_secret(carrier: Karrio) -> None:
    fields = fields_of(carrier.key)
    assert any(field.is_secret for field in fields)
    assert not {"id", "config", "metadata", "services"} & {field.name for field in fields}


def test_what_must_be_said_and_what_may() -> None:
    fields = {field.name: field for field in fields_of("purolator")}
    assert (fields["username"].default, fields["username"].is_secret) == (None, False)
    assert (fields["password"].default, fields["password"].is_secret) == (None, True)
    assert (fields["user_token"].default, fields["user_token"].is_secret) == ("", True)
    assert (fields["language"].default, fields["language"].is_secret) == ("en", False)
    # Marked in a comment only; nothing in the name says so.
    assert {field.name: field.is_secret for field in fields_of("gls")}["client_id"]


def test_secrets_are_not_shown() -> None:
    shown = form_of("ups", client_id="a", client_secret="never again").as_p()
    assert "never again" not in shown
    assert 'type="password"' in shown


def test_a_connector_all_of_whose_fields_are_optional_still_needs_a_key() -> None:
    assert form_of("fedex", track_api_key="k", track_secret_key="s").is_valid()
    refused = form_of("fedex", account_number="12")
    assert not refused.is_valid()
    assert "Without a key" in str(refused.non_field_errors())


def test_labels_read_well() -> None:
    assert [field.label for field in fields_of("ups")][:2] == ["Client ID", "Client secret"]


def test_without_the_library_the_form_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    refused = form_of("ups", client_id="a", client_secret="b")
    assert not refused.is_valid()
    assert "pip install" in str(refused.non_field_errors())
