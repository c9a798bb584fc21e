"""The house's rules that imports do not show."""

import ast
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils.module_loading import import_string

from comptoir.config import guard
from comptoir.customers.models import Customer, Identity
from comptoir.lib import http
from tests.architecture.sources import DOMAIN, FLOORS, PACKAGE, files, imports, room, tree

SIGNALS = ("django.db.models.signals", "django.dispatch")
HTTP = ("django.http", "django.shortcuts", "django.urls", "django.views", "django.template.response")
LINES = 400
KEYS_ONLY = {"customers.Merge"}  # holds keys of rows, no value of a person's own


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("comptoir.")]


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in our_models():
        here = model.__module__.split(".")[1]
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if isinstance(target, type) and target.__module__.startswith("comptoir."):
                there = target.__module__.split(".")[1]
                if FLOORS.index(there) > FLOORS.index(here):
                    wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


def test_nothing_has_a_foreign_key_to_events() -> None:
    event = apps.get_model("core", "Event")
    assert list(event._meta.related_objects) == []


def test_every_room_that_points_to_a_person_has_its_customer_data_hook() -> None:
    pointing = {model.__module__.split(".")[1] for model in our_models() if points_to_a_person(model)} | {"customers"}
    hooked = {dotted.split(".")[1] for dotted in settings.CUSTOMER_DATA}
    assert pointing - hooked == set()


def test_every_model_that_points_to_a_person_is_named_by_its_hook() -> None:
    forgotten = []
    for model in our_models():
        if not points_to_a_person(model) or model in {Customer, Identity} or model._meta.auto_created:
            continue
        hook = PACKAGE / model.__module__.split(".")[1] / "personal.py"
        if model._meta.label not in KEYS_ONLY and model.__name__ not in hook.read_text():
            forgotten.append(model._meta.label)
    assert forgotten == []


def points_to_a_person(model: type[models.Model]) -> bool:
    return any(
        field.is_relation and not field.auto_created and field.related_model in {Customer, Identity}
        for field in model._meta.get_fields()
    )


@pytest.mark.parametrize("dotted", settings.CUSTOMER_DATA)
def test_a_customer_data_hook_exports_erases_and_merges(dotted: str) -> None:
    hook = import_module(dotted)
    assert all(callable(getattr(hook, name, None)) for name in ("export", "erase", "merge"))


@pytest.mark.parametrize(
    "dotted",
    sorted(
        {
            *settings.SWEEPS,
            *settings.PERIODIC,
            *settings.LIVE_HOOKS.values(),
            *(handler for handlers in settings.SUBSCRIBERS.values() for handler in handlers),
            *(adapter for named in settings.ADAPTERS.values() for adapter in named.values()),
            *settings.MIDDLEWARE,
        }
    ),
)
def test_every_dotted_string_of_the_settings_leads_somewhere(dotted: str) -> None:
    assert callable(import_string(dotted))


def test_workers_import_every_module_that_has_jobs() -> None:
    jobs = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in files()
        if re.search(r"^@job\(", path.read_text(), re.MULTILINE)
    }
    assert jobs - set(settings.JOB_MODULES) == set()


def test_no_model_signals() -> None:
    wrong = [str(path) for path in files() for name in imports(path) if name.startswith(SIGNALS)]
    assert wrong == []


def test_the_domain_speaks_no_http() -> None:
    wrong = [
        f"{path}: {name}" for path in files() if room(path) in DOMAIN for name in imports(path) if name.startswith(HTTP)
    ]
    assert wrong == []


def test_no_file_is_longer_than_400_lines() -> None:
    long = [f"{path}: {count}" for path in files() if (count := len(path.read_text().splitlines())) > LINES]
    assert long == []


def test_every_room_says_what_it_is_for() -> None:
    silent = [
        path.parent.name
        for path in PACKAGE.glob("*/__init__.py")
        if not (ast.get_docstring(tree(path)) or "").strip() and room(path) != "__init__.py"
    ]
    assert silent == []


def test_migrations_never_import_our_code() -> None:
    allowed = ("comptoir.core.migrations",)
    wrong = []
    for path in PACKAGE.glob("*/migrations/*.py"):
        wrong += [f"{path}: {name}" for name in imports(path) if name.startswith("comptoir.") and name not in allowed]
    assert wrong == []


@pytest.mark.django_db
def test_the_network_is_refused_inside_a_transaction() -> None:
    guard.refuse_in_transaction()  # the test's own transaction does not count
    with transaction.atomic(), pytest.raises(guard.NetworkInTransaction):
        guard.refuse_in_transaction()


@pytest.mark.django_db
def test_the_http_client_asks_the_guard() -> None:
    with http.client() as client, transaction.atomic(), pytest.raises(guard.NetworkInTransaction):
        client.get("https://example.com/")
