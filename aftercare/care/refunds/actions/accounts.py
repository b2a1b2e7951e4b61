"""Accounts at payment providers: connecting and ending them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from aftercare.care.refunds.models import PaymentAccount
from aftercare.care.refunds.payers import payers
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.sealing import seal


@transaction.atomic
def connect_account(
    *, store_id: int, payer: str, settings: Mapping[str, str], by: str, now: datetime
) -> PaymentAccount:
    """Have this provider give money back from now on, in place of an account there was. Raises Invalid or NotFound."""
    kind = payers[payer]
    if kind.platform or not kind.can(settings):
        raise Invalid(f"{kind.label} cannot give money back with this.", field="settings")
    PaymentAccount.objects.filter(payer=payer, ended_at=None).update(ended_at=now, sealed_settings="")
    return PaymentAccount.objects.create(
        store_id=store_id, payer=payer, sealed_settings=seal(settings), by=by, connected_at=now
    )  # fmt: skip


@transaction.atomic
def end_account(*, account: PaymentAccount, now: datetime) -> None:
    """Forget its key. Refunds that wait for it then need a person."""
    PaymentAccount.objects.filter(pk=account.pk, ended_at=None).update(ended_at=now, sealed_settings="")
