"""Writes of webhooks: calls queued and made, endpoints kept, events told of."""

from aftercare.foundation.webhooks.actions.calling import CallRequest, make_due_calls, queue_calls
from aftercare.foundation.webhooks.actions.endpoints import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    rotate_secret,
    set_endpoint_state,
)
from aftercare.foundation.webhooks.actions.forgetting import forget_old_calls, give_up_old_calls
from aftercare.foundation.webhooks.actions.telling import (
    check_recoverable,
    recover_endpoint,
    replay_call,
    send_test,
    tell_endpoints,
)

__all__ = [
    "CallRequest",
    "add_endpoint",
    "change_endpoint",
    "check_recoverable",
    "forget_old_calls",
    "give_up_old_calls",
    "make_due_calls",
    "queue_calls",
    "recover_endpoint",
    "remove_endpoint",
    "replay_call",
    "rotate_secret",
    "send_test",
    "set_endpoint_state",
    "tell_endpoints",
]
