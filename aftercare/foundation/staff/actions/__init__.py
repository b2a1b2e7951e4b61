"""Everything that changes who works where, how they sign in, and what programs may do."""

from aftercare.foundation.staff.actions.hiring import add_staff, change_role, remove_staff, set_password
from aftercare.foundation.staff.actions.invitations import accept_invitation, invite, join_as_new, revoke_invitation
from aftercare.foundation.staff.actions.second_factors import (
    note_second_factor_added,
    note_second_factor_removed,
    reset_second_factors,
)
from aftercare.foundation.staff.actions.settings import change_settings
from aftercare.foundation.staff.actions.sign_ins import end_other_sessions, end_session, forget_sign_ins, note_sign_in
from aftercare.foundation.staff.actions.tokens import issue_token, note_token_use, revoke_token

__all__ = [
    "accept_invitation",
    "add_staff",
    "change_role",
    "change_settings",
    "end_other_sessions",
    "end_session",
    "forget_sign_ins",
    "invite",
    "issue_token",
    "join_as_new",
    "note_second_factor_added",
    "note_second_factor_removed",
    "note_sign_in",
    "note_token_use",
    "remove_staff",
    "reset_second_factors",
    "revoke_invitation",
    "revoke_token",
    "set_password",
]
