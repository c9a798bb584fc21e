"""Tasks, call-backs and steps: beside a conversation, and one's own list."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.customers.find import customer as find
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import panel, threads
from comptoir.agent.inbox.found import conversation_of
from comptoir.agent.page import page
from comptoir.agent.search import moments
from comptoir.conversations.actions import duties
from comptoir.conversations.models import Checklist, ChecklistStep, Task
from comptoir.conversations.queries import duties as reading
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.ui.words import moment


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ORGANISE)
def tasks(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog of a new task; posted, it stands beside the conversation."""
    opened = conversation_of(request, key)
    context = {"target": f"#stream-{opened.pk}", "action": f"/conversations/{opened.pk}/tasks/"}
    answer, toast = _asked(request, context, conversation=opened)
    return answer or threads.refreshed(request, opened.pk, trigger={"closedialog": {}, "toast": toast})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ORGANISE)
def for_customer(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog of a task for a customer who has no matter open; posted, it stands in their file and in the lists."""
    customer = find(request, key)
    if customer.erased_at:
        raise Http404
    context = {"target": "#customer-side", "action": f"/customers/{customer.pk}/tasks/"}
    answer, toast = _asked(request, context, customer=customer)
    told: dict[str, Any] = {"closedialog": {}, "toast": toast, "taskschanged": {}}
    return answer or threads.triggering(HttpResponse(status=204), told)


def _asked(
    request: ConsoleRequest, context: dict[str, Any], **about: Any
) -> tuple[HttpResponse | None, dict[str, Any]]:
    """The dialog, empty or with what is wrong; or nothing and the toast of the task that was noted."""
    context["colleagues"] = access.agents(request.agent).exclude(pk=request.agent.pk)[:100]
    if request.method != "POST":
        context["kind"] = request.GET.get("kind", "task")
        return render(request, "agent/inbox/duties/task.html", context), {}
    try:
        task = duties.add_task(_duty(request), actor=Actor.of(request.agent), **about)
    except duties.CannotAdd as refused:
        given = {name: request.POST.get(name, "") for name in ("title", "kind", "when", "agent")}
        response = render(
            request, "agent/inbox/duties/task.html", context | given | {"problem": why(refused.code)}, status=422
        )
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog-place", "innerHTML"
        return response, {}
    text = (
        _("C’est noté pour le %(when)s.") % {"when": moment(task.due_at, "full")} if task.due_at else _("C’est noté.")
    )
    return None, {"text": text, "undo": f"/tasks/{task.pk}/removal/", "label": _("Annuler")}


@require_safe
@console()
def mine(request: ConsoleRequest) -> HttpResponse:
    """One's own tasks, overdue first; with `who=all` those of the team."""
    everyone = request.GET.get("who") == "all"
    now = timezone.now()
    tonight = timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=0)
    groups: dict[str, list[Task]] = {"late": [], "today": [], "later": [], "someday": []}
    for task in reading.open_tasks(request.agent, everyone=everyone):
        due = task.due_at
        name = "someday" if due is None else "late" if due <= now else "today" if due <= tonight else "later"
        groups[name].append(task)
    titles = {"late": _("En retard"), "today": _("Aujourd’hui"), "later": _("Plus tard"), "someday": _("Sans date")}
    context = {
        "groups": [(name, titles[name], rows) for name, rows in groups.items() if rows],
        "done": reading.done_tasks(request.agent, now - timedelta(days=2)),
        "everyone": everyone,
        "may_organise": access.can(request.agent, May.ORGANISE),
    }
    template = (
        "agent/inbox/duties/mine_list.html"
        if "HX-Request" in request.headers and "HX-Boosted" not in request.headers
        else "agent/inbox/duties/mine.html"
    )
    if template.endswith("mine_list.html"):
        return render(request, template, context)
    return page(request, template, context)


@require_POST
@console(May.ORGANISE)
def done(request: ConsoleRequest, key: int) -> HttpResponse:
    """It is done (`done=1`), or not."""
    task = _task(request, key)
    settled = request.POST.get("done") == "1"
    duties.settle_task(task, settled, actor=Actor.of(request.agent))
    return _told(request, task, _("C’est fait.") if settled else "", f"/tasks/{task.pk}/reopening/" if settled else "")


@require_POST
@console(May.ORGANISE)
def reopening(request: ConsoleRequest, key: int) -> HttpResponse:
    """After all it is not done."""
    task = _task(request, key)
    duties.settle_task(task, False, actor=Actor.of(request.agent))
    return _told(request, task, "", "")


@require_POST
@console(May.ORGANISE)
def postponement(request: ConsoleRequest, key: int) -> HttpResponse:
    """Another time, in words."""
    task = _task(request, key)
    try:
        at = _moment(request.POST.get("when", ""))
        duties.postpone_task(task, at, actor=Actor.of(request.agent))
    except duties.CannotAdd as refused:
        return threads.triggering(HttpResponse(status=204), {"toast": {"text": why(refused.code), "bad": True}})
    return _told(request, task, _("Remis à %(when)s.") % {"when": moment(at, "full")} if at else "", "")


@require_POST
@console(May.ORGANISE)
def removal(request: ConsoleRequest, key: int) -> HttpResponse:
    """It is not to be done at all."""
    task = _task(request, key)
    duties.remove_task(task, actor=Actor.of(request.agent))
    return _told(request, task, _("La tâche est retirée."), "")


@require_safe
@console()
def bell(request: ConsoleRequest, key: int) -> HttpResponse:
    """The toast of a task whose time has come; its button opens the conversation."""
    task = get_object_or_404(reading.visible(request.agent), pk=key)
    text = _("À rappeler : %(title)s") if task.kind == Task.Kind.CALL else _("À faire : %(title)s")
    toast = {
        "text": text % {"title": task.title},
        "undo": f"/tasks/{task.pk}/opening/",
        "label": _("Voir"),
        "seconds": 60,
    }
    return threads.triggering(HttpResponse(status=204), {"toast": toast})


@require_POST
@console()
def opening(request: ConsoleRequest, key: int) -> HttpResponse:
    """Where the task belongs."""
    task = get_object_or_404(reading.visible(request.agent), pk=key)
    url = f"/conversations/{task.conversation_id}/" if task.conversation_id else f"/customers/{task.customer_id}/"
    return HttpResponse(status=204, headers={"HX-Redirect": url})


@require_POST
@console(May.ORGANISE)
def steps(request: ConsoleRequest, key: int) -> HttpResponse:
    """Add a step by its text, or all those of a list."""
    opened = conversation_of(request, key)
    wanted = request.POST.get("checklist", "")
    texts = [request.POST.get("text", "")]
    if wanted:
        known = Checklist.objects.filter(pk=int(wanted) if wanted.isdigit() and len(wanted) < 19 else 0)
        found = next((row for row in known if row.shop_id in (None, opened.shop_id)), None)
        if found is None:
            raise Http404
        texts = found.steps
    try:
        duties.add_steps(opened, texts, actor=Actor.of(request.agent))
    except duties.CannotAdd as refused:
        return threads.triggering(HttpResponse(status=204), {"toast": {"text": why(refused.code), "bad": True}})
    return panel.panel(request, opened.pk)


@require_POST
@console(May.ORGANISE)
def tick(request: ConsoleRequest, key: int) -> HttpResponse:
    """A step is done (`done=1`), or not."""
    step = _step(request, key)
    duties.tick(step, request.POST.get("done") == "1", actor=Actor.of(request.agent))
    return panel.panel(request, step.conversation_id)


@require_POST
@console(May.ORGANISE)
def step_removal(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a step off."""
    step = _step(request, key)
    duties.remove_step(step, actor=Actor.of(request.agent))
    return panel.panel(request, step.conversation_id)


def why(code: str) -> str:
    """Why it cannot be added."""
    texts = {
        "no_title": _("Dites en quelques mots ce qui est à faire."),
        "past": _("Ce moment n’est pas compris, ou il est passé."),
        "too_many": _("Cinquante étapes au plus."),
        "no_steps": _("Écrivez au moins une étape."),
        "no_name": _("Donnez-lui un nom."),
    }
    return texts.get(code, _("Rien n’a changé."))


def _duty(request: ConsoleRequest) -> duties.Duty:
    wanted = request.POST.get("agent", "me")
    assignee = None if not wanted else request.agent
    if wanted.isdigit() and len(wanted) < 19:
        assignee = get_object_or_404(access.agents(request.agent), pk=int(wanted))
    kind = request.POST.get("kind", "task")
    return duties.Duty(
        request.POST.get("title", ""),
        kind=kind if kind in Task.Kind.values else Task.Kind.TASK,
        assignee=assignee,
        due_at=_moment(request.POST.get("when", "")),
    )


def _moment(text: str) -> Any:
    """The moment that words mean; None for no words."""
    text = text.strip()[:80]
    if not text:
        return None
    at = moments.read(text, timezone.localtime())
    if at is None:
        raise duties.CannotAdd("past")
    return at


def _told(request: ConsoleRequest, task: Task, text: str, undo: str) -> HttpResponse:
    """The panel again, or for one's own list a signal to read it anew."""
    toast = {"toast": {"text": text} | ({"undo": undo, "label": _("Annuler")} if undo else {})} if text else {}
    if request.headers.get("HX-Target") == "fiche" and task.conversation_id:
        return threads.triggering(panel.panel(request, task.conversation_id), toast)
    return threads.triggering(HttpResponse(status=204), toast | {"taskschanged": {}})


def _task(request: ConsoleRequest, key: int) -> Task:
    return get_object_or_404(reading.visible(request.agent).select_related("conversation", "customer"), pk=key)


def _step(request: ConsoleRequest, key: int) -> ChecklistStep:
    rows = ChecklistStep.objects.filter(conversation__in=access.conversations(request.agent))
    return get_object_or_404(rows.select_related("conversation__identity"), pk=key)
