"""One's own photo: brought, cropped, taken away; and everybody's, as the console's faces show it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.core import accounts, files
from comptoir.core.models import Agent
from comptoir.lib.files import sniff, square

LIMIT = 10_000_000  # bytes
SIDE = 256  # pixels
TAKEN = frozenset("image/jpeg image/png image/webp image/gif image/avif image/heic image/heif".split())
KINDS = ("image/webp", "image/svg+xml")  # ours, and the demo's drawings: an <img> runs nothing
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_POST
@console()
def photo(request: ConsoleRequest) -> HttpResponse:
    """Take a picture, whatever its name says, and keep its middle."""
    given = request.FILES.get("photo")
    content = given.read(LIMIT + 1) if given is not None and given.size and given.size <= LIMIT else b""
    kind = sniff(content)
    cropped = square(content, kind, SIDE) if content and kind in TAKEN else None
    if cropped is None:
        messages.error(request, _refusal(given is not None and (given.size or 0) > LIMIT))
    else:
        accounts.change_photo(request.agent, cropped)
        messages.success(request, _("Votre photo est changée."))
    return HttpResponseRedirect(reverse("account") + "#photo")


@require_POST
@console()
def removal(request: ConsoleRequest) -> HttpResponse:
    """Initials again."""
    accounts.change_photo(request.agent, None)
    messages.success(request, _("Votre photo est retirée."))
    return HttpResponseRedirect(reverse("account") + "#photo")


@require_safe
@console()
def face(request: ConsoleRequest, key: int) -> HttpResponse:
    """A colleague's photo, by the number of its file: another photo has another one."""
    found = Agent.objects.filter(photo=key, photo__content_type__in=KINDS).select_related("photo").first()
    if found is None or found.photo is None:
        raise Http404
    response = FileResponse(files.open_file(found.photo), content_type=found.photo.content_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[return-value]


def _refusal(heavy: bool) -> str:
    if heavy:
        return _("Cette image dépasse 10 Mo : votre photo reste comme elle était.")
    return _("Ce fichier n’est pas une image lisible (JPEG, PNG, WebP, HEIC) : votre photo reste comme elle était.")
