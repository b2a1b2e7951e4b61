"""By hand: somebody of the shop gives the money back and says so."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.care.refunds.payers import Made, NotMade, Outcome, Payer, Unclear, Wanted, register
from aftercare.care.refunds.vocabulary import MANUAL


@register
class ByHand(Payer):
    """What there is where nobody else can."""

    key: ClassVar = MANUAL
    label: ClassVar = _("By hand")

    def find(self, wanted: Wanted) -> Made | NotMade | Unclear:  # noqa: ARG002 -- every payer's signature
        return NotMade("A person makes it")

    def make(self, wanted: Wanted) -> Outcome:  # noqa: ARG002 -- as above
        return NotMade("A person makes it")
