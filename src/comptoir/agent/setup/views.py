"""The set-up page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from comptoir.agent.accounts import signing
from comptoir.agent.setup.actions import Opening, open_house
from comptoir.agent.setup.forms import SetUpForm
from comptoir.agent.setup.link import opens
from comptoir.core.accounts import AlreadySetUp
from comptoir.core.models import Agent


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The first owner and the first shop; a 404 without the right link, and for ever after."""
    if not opens(token):
        if Agent.objects.exists():
            raise Http404
        return render(request, "agent/setup/closed.html", status=404)
    start = {"language": get_language(), "timezone": "Europe/Paris"}
    form = SetUpForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            owner = open_house(Opening(**form.cleaned_data))
        except AlreadySetUp as error:
            raise Http404 from error
        return signing.enter(request, owner, url=reverse("settings-channels"))
    return render(request, "agent/setup/setup.html", {"form": form}, status=422 if form.is_bound else 200)
