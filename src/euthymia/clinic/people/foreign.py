"""Routes of allauth that are open, and to whom. A route of its that is not named here is shut."""

from __future__ import annotations

from collections.abc import Mapping

PUBLIC = "public"
SIGNED_IN = "signed_in"
WITHOUT_SECOND_FACTOR = "without_second_factor"

FOREIGN: Mapping[str, str] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_reauthenticate": WITHOUT_SECOND_FACTOR,
    "account_change_password": WITHOUT_SECOND_FACTOR,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_signup_webauthn": SIGNED_IN,
    "mfa_reauthenticate": WITHOUT_SECOND_FACTOR,
    "mfa_reauthenticate_webauthn": WITHOUT_SECOND_FACTOR,
    "mfa_index": WITHOUT_SECOND_FACTOR,
    "mfa_activate_totp": WITHOUT_SECOND_FACTOR,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": WITHOUT_SECOND_FACTOR,
    "mfa_add_webauthn": WITHOUT_SECOND_FACTOR,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
}
