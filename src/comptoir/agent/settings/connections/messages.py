"""A platform's own messages: taken in or not, looked into at once."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.connections.views import one
from comptoir.conversations.actions import messengers
from comptoir.conversations.models import Inbox
from comptoir.core.access import May
from comptoir.core.actors import Actor


@require_POST
@console(May.SETTINGS)
def connection_messages(request: ConsoleRequest, key: int) -> HttpResponse:
    """Begin to take the platform's messages in, stop, or look at once."""
    row, actor = one(request, key), Actor.of(request.agent)
    wish = request.POST.get("do", "")
    if wish == "on":
        try:
            messengers.switch(row, True, actor=actor)
        except messengers.NoMessages:
            raise Http404 from None
        messages.success(request, _("Les messages de la boutique arrivent : les anciens sont lus d’abord, en silence."))
    elif wish == "off":
        messengers.switch(row, False, actor=actor)
        messages.success(request, _("Les messages de la boutique ne sont plus lus. Ceux qui sont arrivés restent."))
    elif wish == "look" and (inbox := Inbox.objects.filter(connection=row, active=True).first()):
        messengers.look_now(inbox)
        messages.success(request, _("Comptoir regarde dans la boutique."))
    return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]) + "#messages")
