"""The part of Shopify's Admin schema that our queries touch, cut out of the whole one.

`npm pack @shopify/dev-mcp` (ISC) ships the whole schema of each version, three megabytes of JSON. When a query changes:

    python -m tests.adapters.shopify_schema package/dist/data/admin_2026-10.json.gz

writes shopify_admin.graphql anew. A query that asks for what Shopify does not have fails there.
"""

import gzip
import json
import sys
from collections.abc import Container
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    build_schema,
    get_named_type,
    parse,
    visit,
)

from comptoir.adapters.shopify import queries

CUT = Path(__file__).with_name("shopify_admin.graphql")
_OWN = ("Boolean", "Float", "ID", "Int", "String")


def documents() -> dict[str, str]:
    """Our queries and mutations by name."""
    named = {name: value for name, value in vars(queries).items() if name.isupper() and not name.startswith("_")}
    return {name: text for name, text in named.items() if text.startswith(("query ", "mutation "))}


def schema() -> GraphQLSchema:
    """Shopify's schema as far as it was cut out."""
    return build_schema(CUT.read_text(), assume_valid=True)


class _Touched(Visitor):  # type: ignore[misc]
    """Collects the fields that a document asks for."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info, self.fields, self.types = info, {}, {}  # type: ignore[var-annotated]

    def enter_field(self, *_: object) -> None:
        """Remember the field, its arguments' types and its own."""
        parent, field = self.info.get_parent_type(), self.info.get_field_def()
        if field is None or parent is None:
            return
        name = next((name for name, known in parent.fields.items() if known is field), None)
        if name is None:  # __typename
            return
        self.fields.setdefault(parent.name, {})[name] = field
        self.add(get_named_type(field.type))
        for argument in field.args.values():
            self.add(get_named_type(argument.type))

    def add(self, kind: GraphQLNamedType) -> None:
        """Remember a type; of an input all that it holds."""
        if kind.name in self.types or kind.name in _OWN:
            return
        self.types[kind.name] = kind
        if isinstance(kind, GraphQLInputObjectType):
            for field in kind.fields.values():
                self.add(get_named_type(field.type))


def cut(whole: GraphQLSchema) -> str:
    """The SDL of what our documents touch: whole inputs and enums, of objects the fields that are asked for."""
    info = TypeInfo(whole)
    touched = _Touched(info)
    for text in documents().values():
        visit(parse(text), TypeInfoVisitor(info, touched))
    blocks = ["directive @idempotent(key: String!) on FIELD"]
    for name in sorted({*touched.types, *touched.fields}):
        kind = whole.type_map[name]
        asked = touched.fields.get(name, {})
        if isinstance(kind, GraphQLScalarType):
            blocks.append(f"scalar {name}")
        elif isinstance(kind, GraphQLEnumType):
            blocks.append(f"enum {name} {{\n  " + "\n  ".join(kind.values) + "\n}")
        elif isinstance(kind, GraphQLInputObjectType):
            lines = [f"{field}: {told.type}" for field, told in kind.fields.items() if not told.deprecation_reason]
            blocks.append(f"input {name} {{\n  " + "\n  ".join(lines) + "\n}")
        elif isinstance(kind, GraphQLUnionType):
            there = [each.name for each in kind.types if each.name in touched.fields]
            blocks.append(f"union {name} = " + " | ".join(there))
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            blocks.append(_object(kind, asked, touched.types))
    blocks.append(f"schema {{\n  query: {whole.query_type.name}\n  mutation: {whole.mutation_type.name}\n}}")  # type: ignore[union-attr]
    return "\n\n".join(blocks) + "\n"


def _object(kind: GraphQLObjectType | GraphQLInterfaceType, asked: dict[str, object], there: Container[str]) -> str:
    lines = []
    for name in sorted(asked):
        field = kind.fields[name]
        arguments = ", ".join(f"{argument}: {told.type}" for argument, told in field.args.items())
        gone = " @deprecated" if field.deprecation_reason else ""
        lines.append(f"{name}{f'({arguments})' if arguments else ''}: {field.type}{gone}")
    word = "interface" if isinstance(kind, GraphQLInterfaceType) else "type"
    if not lines:
        lines = ["id: ID!"]
    named = " & ".join(each.name for each in kind.interfaces if each.name in there)
    return f"{word} {kind.name}{f' implements {named}' if named else ''} {{\n  " + "\n  ".join(lines) + "\n}"


if __name__ == "__main__":
    told = json.loads(gzip.decompress(Path(sys.argv[1]).read_bytes()))
    head = "# Cut out of Shopify's Admin schema by tests/adapters/shopify_schema.py: see there.\n\n"
    CUT.write_text(head + cut(build_client_schema(told.get("data", told), assume_valid=True)))
