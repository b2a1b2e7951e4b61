"""Everything that writes return policies: drafts, versions, replays."""

from aftercare.care.return_policies.actions.drafts import change_draft, discard_draft
from aftercare.care.return_policies.actions.publishing import publish_draft
from aftercare.care.return_policies.actions.replays import ask_replay, carry_out_replay

__all__ = ["ask_replay", "carry_out_replay", "change_draft", "discard_draft", "publish_draft"]
