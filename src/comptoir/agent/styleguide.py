"""The living style page: in development only."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.page import frame
from comptoir.ui.styleguide import context


@require_safe
@console()
def styleguide(request: ConsoleRequest) -> HttpResponse:
    """Every component in its states."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "ui/styleguide.html", frame(request) | context())
