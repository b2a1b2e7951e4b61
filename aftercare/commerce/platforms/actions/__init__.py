"""Everything that takes in what other systems know: files, and what connected shops send."""

from aftercare.commerce.platforms.actions.backfilling import check_access, run_backfill, start_backfill
from aftercare.commerce.platforms.actions.connections import connect_shop, disconnect_shop, note_refusal, rotate_secret
from aftercare.commerce.platforms.actions.deciding import drop_delivery, replay_deliveries
from aftercare.commerce.platforms.actions.importing import CHUNK, Feed, import_file
from aftercare.commerce.platforms.actions.privacy import forget_old_bodies, settle_privacy_request
from aftercare.commerce.platforms.actions.receiving import receive_delivery
from aftercare.commerce.platforms.actions.working import DELIVERIES, work_off

__all__ = [
    "CHUNK",
    "DELIVERIES",
    "Feed",
    "check_access",
    "connect_shop",
    "disconnect_shop",
    "drop_delivery",
    "forget_old_bodies",
    "import_file",
    "note_refusal",
    "receive_delivery",
    "replay_deliveries",
    "rotate_secret",
    "run_backfill",
    "settle_privacy_request",
    "start_backfill",
    "work_off",
]
