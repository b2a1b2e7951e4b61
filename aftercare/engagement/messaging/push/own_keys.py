"""A store's own keys: browsers take notifications from nobody else."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.gateways import Call, Gateway, Heard
from aftercare.engagement.messaging.push.vapid import new_private_key

PRIVATE_KEY = "private_key"


class OwnKeys(Gateway):
    """Made when it is connected. Connected again, they are others, and browsers that asked must ask again."""

    key = "webpush"
    label = _("Web push")
    where = _("Nothing is to be entered: a key pair is made for this store. Browsers that asked are bound to it.")

    def makes(self) -> Mapping[str, str]:
        return {PRIVATE_KEY: new_private_key()}

    def read(self, webhook: str, call: Call, *, now: object) -> Heard:  # noqa: ARG002 -- nobody calls
        return Heard()
