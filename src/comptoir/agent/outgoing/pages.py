"""The outbox of a demonstration: what would have left, and the customer's side of the conversation."""

from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console, installation_of
from comptoir.agent.outgoing import playing
from comptoir.agent.outgoing.kept import Folder, Kept, content, offered
from comptoir.agent.page import page
from comptoir.core.access import May
from comptoir.lib.html import clean, from_text
from comptoir.lib.mail.compose import NotSendable
from comptoir.lib.mail.parse import parse
from comptoir.ports.channel import Address, IncomingMessage

P = ParamSpec("P")
View = Callable[Concatenate[ConsoleRequest, P], HttpResponse]
FRAME_POLICY = "default-src 'none'; img-src data:; style-src 'self' 'unsafe-inline'; font-src 'self'; sandbox allow-popups; frame-ancestors 'self'"
LARGEST_PICTURE = 2**20


def demonstration(may: May | None = None) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Console pages that exist only where mail stays on this machine."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: ConsoleRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not offered(request.agent, installation_of(request)):
                raise Http404
            return view(request, *args, **kwargs)

        door = cast(View[P], guarded)
        return console(may)(door)

    return decorate


class AnswerForm(forms.Form):
    """What the customer answers."""

    text = forms.CharField(
        label=gettext_lazy("Sa réponse"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5, "autofocus": True})
    )


class LetterForm(forms.Form):
    """A fresh mail from anybody."""

    name = forms.CharField(label=gettext_lazy("Son nom"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Son adresse"))
    inbox = forms.ChoiceField(label=gettext_lazy("À"))
    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=300)
    text = forms.CharField(label=gettext_lazy("Message"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 7}))

    def __init__(self, folder: Folder, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(inbox.pk, f"{inbox.name} <{inbox.address}>") for inbox in folder.inboxes]
        self.fields["inbox"] = forms.TypedChoiceField(label=self.fields["inbox"].label, choices=choices, coerce=int)


@require_safe
@demonstration()
def outgoing(request: ConsoleRequest, name: str = "") -> HttpResponse:
    """The list, newest first, and one mail beside it."""
    folder = Folder(request.agent)
    mails, more = folder.listed(request.GET.get("before", ""))
    if "before" in request.GET and "HX-Request" in request.headers:
        return render(request, "agent/outgoing/rows.html", {"mails": mails, "more": more})
    return _page(request, folder.one(name) if name else None, mails, more)


def _page(
    request: ConsoleRequest, opened: Kept | None, mails: list[Kept], more: str, form: forms.Form | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"mails": mails, "more": more, "opened": opened, "form": form or AnswerForm()}
    if opened is not None:
        context["files"] = [part for part in parse(content(opened)).parts if not part.inline]
    return page(request, "agent/outgoing/outgoing.html", context, status=422 if form else 200)


@require_safe
@demonstration()
def body(request: ConsoleRequest, name: str) -> HttpResponse:
    """The mail's text, cleaned, for a sandboxed frame that nothing can leave."""
    mail = parse(content(Folder(request.agent).one(name)))
    shown = clean(mail.html, picture=_pictures(mail)).html if mail.html else from_text(mail.full_text)
    response = render(request, "agent/outgoing/body.html", {"body": shown})
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


def _pictures(mail: IncomingMessage) -> Callable[[str], str | None]:
    inside = {
        part.content_id.strip("<>"): part
        for part in mail.parts
        if part.content_id and part.content_type in ("image/png", "image/jpeg", "image/gif", "image/webp")
    }

    def picture(content_id: str) -> str | None:
        part = inside.get(content_id)
        if part is None or len(part.content) > LARGEST_PICTURE:
            return None
        return f"data:{part.content_type};base64,{b64encode(part.content).decode()}"

    return picture


@require_POST
@demonstration(May.ANSWER)
def reply(request: ConsoleRequest, name: str) -> HttpResponse:
    """Answer as the customer; the answer arrives by the same road as real mail."""
    folder = Folder(request.agent)
    opened = folder.one(name)
    if opened.inbox is None or not opened.to:
        raise Http404
    form = AnswerForm(request.POST)
    if not form.is_valid():
        mails, more = folder.listed()
        return _page(request, opened, mails, more, form)
    playing.answer(opened, opened.inbox, form.cleaned_data["text"])
    messages.success(request, _("La réponse de %(name)s arrive dans la boîte.") % {"name": opened.recipient})
    return HttpResponseRedirect(reverse("outgoing-mail", args=[name]))


@require_http_methods(["GET", "HEAD", "POST"])
@demonstration(May.ANSWER)
def letter(request: ConsoleRequest) -> HttpResponse:
    """Write to the shop as somebody."""
    folder = Folder(request.agent)
    form = LetterForm(folder, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        inbox = next(inbox for inbox in folder.inboxes if inbox.pk == told["inbox"])
        try:
            playing.write(inbox, Address(told["email"].lower(), told["name"]), told["subject"], told["text"])
        except NotSendable as problem:
            form.add_error("email", str(problem))
        else:
            messages.success(request, _("Le message de %(name)s arrive dans la boîte.") % {"name": told["name"]})
            return HttpResponseRedirect(reverse("outgoing"))
    return page(request, "agent/outgoing/letter.html", {"form": form}, status=422 if form.errors else 200)
