"""Custom fields as programs fill them in: {key: value}, all of it or nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation

from comptoir.api.v1.problems import Problem
from comptoir.core.custom.judging import BadValue, said
from comptoir.core.custom.values import given_by_key


def fill(subject: str, given: Mapping[str, Any] | None, set_field: Callable[..., bool], row: Any, **by: Any) -> None:
    """Fill in the fields of a row; a key or value that fits none is a 422 that names it."""
    try:
        for definition, value in given_by_key(subject, given or {}):
            set_field(row, definition, value, **by)
    except KeyError as unknown:
        raise Problem(422, "field", f"There is no field {unknown} of a {subject}.") from unknown
    except BadValue as problem:
        with translation.override("en"):
            raise Problem(422, "field_value", said(problem)) from problem
