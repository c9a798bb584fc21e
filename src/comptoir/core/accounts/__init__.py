"""Agents' accounts: every write about who may come in, and the checks of who they are.

Nothing here sends a mail (outbox.letters does) or knows a page: links are tokens that a door makes addresses of.
"""

from comptoir.core.accounts.passwords import (
    INVITATION_DAYS,
    RESET_HOURS,
    accept,
    change_password,
    invitation_token,
    invited,
    reset_password,
    reset_token,
    resetting,
)
from comptoir.core.accounts.problems import (
    AccountProblem,
    AddressTaken,
    AlreadySetUp,
    LastOwner,
    LinkExpired,
    NotAllowed,
    PlaceMissing,
    WrongCode,
    WrongCredentials,
)
from comptoir.core.accounts.profile import Profile, change_photo, edit_keys, edit_profile, set_away
from comptoir.core.accounts.second_factor import (
    confirm_second_factor,
    new_recovery_codes,
    prove,
    provisioning_uri,
    remove_second_factor,
    start_second_factor,
)
from comptoir.core.accounts.signing_in import Attempt, count_code, device_token, know_again, signed_in
from comptoir.core.accounts.team import (
    Place,
    create_owner,
    deactivate,
    edit_agent,
    invite,
    reactivate,
    renew_invitation,
    with_address,
    withdraw_invitation,
)

__all__ = [
    "INVITATION_DAYS",
    "RESET_HOURS",
    "AccountProblem",
    "AddressTaken",
    "AlreadySetUp",
    "Attempt",
    "LastOwner",
    "LinkExpired",
    "NotAllowed",
    "Place",
    "PlaceMissing",
    "Profile",
    "WrongCode",
    "WrongCredentials",
    "accept",
    "change_password",
    "change_photo",
    "confirm_second_factor",
    "count_code",
    "create_owner",
    "deactivate",
    "device_token",
    "edit_agent",
    "edit_keys",
    "edit_profile",
    "invitation_token",
    "invite",
    "invited",
    "know_again",
    "new_recovery_codes",
    "prove",
    "provisioning_uri",
    "reactivate",
    "remove_second_factor",
    "renew_invitation",
    "reset_password",
    "reset_token",
    "resetting",
    "set_away",
    "signed_in",
    "start_second_factor",
    "with_address",
    "withdraw_invitation",
]
