"""What the room's events say, in words."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "agent.notifications_edited": _("{actor} a réglé ses notifications"),
    "agent.device_added": _("{actor} reçoit les notifications sur un appareil de plus"),
    "agent.device_removed": _("{actor} ne reçoit plus les notifications sur un appareil"),
}
FIELDS = {
    "assigned": _("conversation confiée"),
    "mentioned": _("note qui nomme"),
    "mine": _("message dans mes conversations"),
    "everything": _("tout nouveau message"),
    "excerpt": _("extrait montré"),
    "sound": _("son"),
    "quiet_from": _("silence à partir de"),
    "quiet_until": _("silence jusqu’à"),
    "quiet_days": _("jours de silence"),
    "device": _("appareil"),
}
