"""A conversation on paper."""

from django.http import HttpResponse
from django.shortcuts import render

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import showing
from comptoir.agent.inbox.found import opened_of
from comptoir.conversations.queries import thread


@console()
def printed(request: ConsoleRequest, key: int) -> HttpResponse:
    """All messages open, nothing else."""
    opened = opened_of(request, key)
    read = thread.read(opened)
    everything = {row.pk for row in read.messages}
    items = [item for item in showing.stream(read, request.agent, opened=everything) if item.message]
    return render(request, "agent/inbox/thread/print.html", {"opened": opened, "items": items})
