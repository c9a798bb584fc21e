"""Addresses of accounts."""

from django.urls import path

from comptoir.agent.accounts import keys, links, notifications, photo, profile, security, signin

urlpatterns = [
    path("signin/", signin.signin, name="signin"),
    path("signin/code/", signin.code, name="signin-code"),
    path("signout/", signin.signout, name="signout"),
    path("password/forgotten/", links.forgotten, name="password-forgotten"),
    path("password/reset/<str:token>/", links.reset, name="password-reset"),
    path("invitation/<str:token>/", links.invitation, name="invitation"),
    path("account/", profile.account, name="account"),
    path("account/keys/", keys.keys, name="account-keys"),
    path("account/photo/", photo.photo, name="photo"),
    path("account/photo/removal/", photo.removal, name="photo-removal"),
    path("faces/<int:key>/", photo.face, name="face"),
    path("account/attention/", notifications.attention, name="attention"),
    path("account/notifications/", notifications.notifications, name="notifications"),
    path("account/notifications/devices/", notifications.devices, name="devices"),
    path("account/notifications/devices/<int:key>/removal/", notifications.device_removal, name="device-removal"),
    path("account/notifications/devices/<int:key>/trial/", notifications.device_trial, name="device-trial"),
    path("account/away/", profile.away, name="away"),
    path("account/security/", security.security, name="security"),
    path("account/security/password/", security.password, name="password"),
    path("account/security/two-factor/", security.two_factor, name="two-factor"),
    path("account/security/two-factor/removal/", security.two_factor_removal, name="two-factor-removal"),
    path("account/security/recovery-codes/", security.recovery_codes, name="recovery-codes"),
    path("account/security/sessions/<int:key>/end/", security.session_end, name="session-end"),
    path("account/security/sessions/end/", security.sessions_end, name="sessions-end"),
]
