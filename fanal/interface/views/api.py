"""The documentation of the API as a page of the site: no foreign script, the security policy stays strict."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import mark_safe
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

PROFONDEUR = 6
LIEUX = {"path": "adresse", "query": "paramètre"}
TYPES = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "oui ou non",
    "array": "liste",
    "object": "objet",
}
FORMES = {"date": "date", "date-time": "instant", "binary": "fichier"}


@dataclass(frozen=True)
class Parametre:
    nom: str
    lieu: str
    type: str
    requis: bool
    aide: str


@dataclass
class Operation:
    """One operation, in the words of the page. `corps` and `reponse` are examples, as JSON."""

    ancre: str
    methode: str
    chemin: str
    titre: str
    aide: str
    parametres: list[Parametre] = field(default_factory=list)
    corps: str = ""
    fichier: bool = False
    reponse: str = ""
    curl: str = ""


class PageDesOperations(DocsBase):
    """The page that ninja serves at `docs_url`."""

    _groupes: "dict[str, list[Operation]] | None" = None  # the description does not change: read once

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        document = api.get_openapi_schema()
        if self._groupes is None:
            self._groupes = grouped(document)
        groupes = self._groupes
        contexte = {
            "titre": "API",
            "groupes": groupes,
            "nombre": sum(map(len, groupes.values())),
            "description": document["info"]["description"],
            "schema": self.get_openapi_url(api, kwargs),
            "racine": request.build_absolute_uri("/")[:-1],
        }
        return render(request, "interface/api.html", contexte)


def grouped(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """The operations of an OpenAPI document by group, groups in the order they come in."""
    groupes: dict[str, list[Operation]] = {}
    for genre, operation in operations(document):
        groupes.setdefault(genre, []).append(operation)
    return groupes


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    """Every operation of an OpenAPI document, with the group it belongs to."""
    for chemin, methodes in document["paths"].items():
        for methode, d in methodes.items():
            yield d["tags"][0], _operation(document, chemin, methode, d)


EMPTY: dict[str, Any] = {}


def _operation(document: Mapping[str, Any], chemin: str, methode: str, d: Mapping[str, Any]) -> Operation:
    contents = d.get("requestBody", {}).get("content", {})
    kind, body = next(iter(contents.items()), ("", EMPTY))
    upload = kind == "multipart/form-data"
    schema = body.get("schema", {})
    answer = next((r for code, r in d["responses"].items() if str(code).startswith("2")), EMPTY)
    shape = next(iter(answer.get("content", {}).values()), EMPTY).get("schema")
    parameters = [*_parameters(document, d), *(_fields(document, schema) if upload else ())]
    found = Operation(
        ancre=d["operationId"],
        methode=methode.upper(),
        chemin=chemin,
        titre=d["summary"],
        aide=marked(" ".join(d.get("description", "").split())),
        parametres=parameters,
        corps=_json(example(document, schema)) if contents and not upload else "",
        fichier=upload,
        reponse=_json(example(document, shape)) if shape else "",
    )
    found.curl = curl(found)
    return found


def marked(text: str) -> str:
    """A sentence with its `codes` set apart."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S308 - escaped first


def curl(operation: Operation) -> str:
    """The same call in a terminal."""
    lines = ['curl -H "Authorization: Bearer $JETON"']
    if operation.methode != "GET":
        lines[0] += f" -X {operation.methode}"
    if operation.fichier:
        lines.append("-F fichier=@trame.xlsx")
        lines += [
            f"-F {p.nom}=…"
            for p in operation.parametres
            if p.requis and p.lieu == "formulaire" and p.nom != "fichier"
        ]
    elif operation.corps:
        lines.append('-H "Content-Type: application/json" -d @demande.json')
    required = "&".join(f"{p.nom}=…" for p in operation.parametres if p.requis and p.lieu == "paramètre")
    lines.append(f'"$FANAL{operation.chemin}{"?" + required if required else ""}"')
    return " \\\n  ".join(lines)


def _parameters(document: Mapping[str, Any], d: Mapping[str, Any]) -> Iterator[Parametre]:
    for p in d.get("parameters", ()):
        yield Parametre(
            p["name"],
            LIEUX.get(p["in"], p["in"]),
            type_of(document, p["schema"]),
            bool(p.get("required")),
            p.get("description") or p["schema"].get("description", ""),
        )


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Parametre]:
    schema = resolve(document, schema)
    parts = [resolve(document, part) for part in schema.get("allOf", ())] or [schema]
    for part in parts:
        for nom, s in part.get("properties", {}).items():
            requis = nom in part.get("required", ())
            yield Parametre(nom, "formulaire", type_of(document, s), requis, s.get("description", ""))


def resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema, its reference followed."""
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def type_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The type of a value, in words."""
    schema = resolve(document, schema)
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return type_of(document, option)
    if schema.get("format") in FORMES:
        return FORMES[schema["format"]]
    return TYPES.get(schema.get("type", ""), "valeur")


def example(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Any:
    """A value of that shape, made of the examples that the schemas give."""
    schema = resolve(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if "anyOf" in schema:
        options = [o for o in schema["anyOf"] if o.get("type") != "null"]
        return example(document, options[0], depth) if options else None
    if "default" in schema:
        return schema["default"]
    match schema.get("type"):
        case "object" if depth < PROFONDEUR:
            shapes = schema.get("properties", {})
            return {n: example(document, s, depth + 1) for n, s in shapes.items()}
        case "array" if depth < PROFONDEUR:
            return [example(document, schema.get("items", {}), depth + 1)]
    return f"<{type_of(document, schema)}>"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
