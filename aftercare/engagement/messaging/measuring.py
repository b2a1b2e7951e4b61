"""The control group as numbers: how many are in it, how many are not, and what it was spared. For measuring lift."""

from dataclasses import dataclass

from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.policy.control_group import DIGITS, share_of
from aftercare.engagement.messaging.sending_rules import Rules
from aftercare.foundation.database.bulk import fetch

# As policy.control_group places a customer: the leading digits of SHA-256 of salt and id.
IS_CONTROL = (
    "('x' || left(encode(sha256(convert_to(%(salt)s || ':' || c.public_id, 'UTF8')), 'hex'), "
    f"{DIGITS}))::bit({DIGITS * 4})::bigint < %(share)s"
)
_COUNT = f"""
    SELECT count(*) FILTER (WHERE {IS_CONTROL}), count(*) FROM customers_customer c
    WHERE c.store_id = %(store)s AND c.merged_into_id IS NULL
"""  # noqa: S608 -- constants of this module
_SPARED = "SELECT count(*) FROM messaging_message WHERE store_id = %s AND unsent = 'dropped' AND reason = %s"


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """Customers who get only what is owed, those who get everything, and the messages that the first were spared."""

    percent: float
    members: int
    others: int
    spared: int


def control_group(*, store_id: int, rules: Rules) -> ControlGroup:
    """The group as it is now. Two queries; without a group, none."""
    percent = rules.told.control_percent
    if not percent:
        return ControlGroup(0.0, 0, 0, 0)
    members, everybody = fetch(_COUNT, {"salt": rules.salt, "share": share_of(percent), "store": store_id})[0]
    spared = fetch(_SPARED, [store_id, Reason.CONTROL_GROUP.value])[0][0]
    return ControlGroup(percent, members, everybody - members, spared)
