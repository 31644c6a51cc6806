"""The HTTP API, version 1: the routers of each application, one way to sign in, one way to refuse."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from fanal.achats import api as achats
from fanal.appels import api as appels
from fanal.campagnes import api as campagnes
from fanal.comptes import api as comptes
from fanal.comptes.api_auth import AUTHENTIFICATION
from fanal.depenses import api as depenses
from fanal.depots import api as depots
from fanal.fournisseurs import api as fournisseurs
from fanal.interface.views.api import PageDesOperations
from fanal.journal import api as journal
from fanal.marches import api as marches
from fanal.molecules import api as molecules
from fanal.parametres import api as parametres
from fanal.prix import api as prix
from fanal.procedures import api as procedures
from fanal.questionnaires import api as questionnaires
from fanal.refus import Refus
from fanal.territoires import api as territoires

DESCRIPTION = """Les mêmes règles que les pages et la ligne de commande, et les mêmes phrases.

**S'identifier** : créez un jeton sur la page « Mon compte », puis envoyez-le dans l'en-tête
`Authorization: Bearer fanal_…`. Il agit avec vos rôles ; un jeton en lecture seule n'écrit pas.

**Refus** : le corps est `{"phrase": "…"}`. 401 : pas de jeton valable ; 403 : visible mais pas permis ;
404 : n'existe pas, ou pas pour votre compte ; 409 : l'état du dossier ou de la campagne s'y oppose ;
422 : la demande ou le fichier n'est pas utilisable.

**Nombres** : montants en euros et taux en texte exact (« 0.2356 » pour 23,56 %), `null` quand ils ne sont pas
calculables. **Listes** : `page` et `taille`, cinq cents éléments au plus."""

NON_IDENTIFIE = (
    "Identifiez-vous : envoyez un jeton valable dans l'en-tête « Authorization: Bearer fanal_… ». Les jetons "
    "se créent sur la page « Mon compte »."
)
INCONNUE = "Cette adresse n'existe pas. La documentation est à l'adresse /api/v1/docs."
TROP_GROS = "Cette demande est trop volumineuse. Partagez-la en plusieurs envois."
ILLISIBLE = (
    "Le corps de la demande n'est pas lisible. Envoyez un document JSON, ou un formulaire pour un fichier."
)
PAR_STATUT = {400: ILLISIBLE, 413: TROP_GROS}

# What pydantic says, in the words of a person; {x} are its own figures.
PHRASES = {
    "missing": "est obligatoire",
    "string_too_long": "compte plus de {max_length} caractères",
    "string_too_short": "compte moins de {min_length} caractères",
    "string_pattern_mismatch": "n'a pas la forme attendue",
    "string_type": "doit être un texte",
    "string_unicode": "n'est pas un texte lisible",
    "greater_than_equal": "doit valoir au moins {ge}",
    "less_than_equal": "doit valoir au plus {le}",
    "int_parsing": "doit être un nombre entier",
    "int_type": "doit être un nombre entier",
    "int_from_float": "doit être un nombre entier",
    "int_parsing_size": "est un nombre trop grand",
    "decimal_parsing": "doit être un nombre",
    "decimal_type": "doit être un nombre",
    "decimal_max_places": "compte plus de {decimal_places} décimales",
    "decimal_max_digits": "compte plus de {max_digits} chiffres",
    "decimal_whole_digits": "est un nombre trop grand",
    "finite_number": "doit être un nombre fini",
    "bool_parsing": "vaut true ou false",
    "bool_type": "vaut true ou false",
    "date_parsing": "doit être une date, par exemple 2021-12-31",
    "date_from_datetime_parsing": "doit être une date, par exemple 2021-12-31",
    "date_from_datetime_inexact": "doit être une date, par exemple 2021-12-31",
    "date_type": "doit être une date, par exemple 2021-12-31",
    "list_type": "doit être une liste",
    "dict_type": "doit être un objet",
    "model_attributes_type": "doit être un objet",
    "too_long": "compte plus de {max_length} éléments",
    "too_short": "compte moins de {min_length} élément",
}
LIEUX = ("query", "path", "body", "form", "file", "header", "cookie")


class Lisible(JSONRenderer):
    """Accented words as they are: people read the answers in a terminal."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Api(NinjaAPI):
    """An API whose description is written once: nothing changes it after the routers are added below."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description for an address prefix; shared, not to be changed."""
        return self._described(self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    @cache  # noqa: B019 - there is one API, that lives as long as the process
    def _described(self, path_prefix: str) -> OpenAPISchema:
        return super().get_openapi_schema(path_prefix=path_prefix)


api = Api(
    renderer=Lisible(),
    title="Fanal",
    version="1",
    urls_namespace="api-v1",
    description=DESCRIPTION,
    auth=AUTHENTIFICATION,
    docs=PageDesOperations(),
    docs_url="/docs",
    openapi_url="/openapi.json",
)
api.add_router("", comptes.router)
api.add_router("", achats.router)
api.add_router("/formats", depots.router)
for _router in campagnes.routers:
    api.add_router("", _router)
for _router in (*marches.routers, prix.router, fournisseurs.router, procedures.router):
    api.add_router("", _router)
api.add_router("", questionnaires.router)
for _router in appels.routers:
    api.add_router("", _router)
api.add_router("", molecules.router)
api.add_router("", depenses.router)
api.add_router("", territoires.router)
api.add_router("/parametres", parametres.router)
api.add_router("/journal", journal.router)


def refuse(request: HttpRequest, phrase: str, statut: int, **more: Any) -> HttpResponse:
    """The answer to a refusal: its sentence, and nothing of what happened inside."""
    return api.create_response(request, {"phrase": phrase, "details": more.get("details", [])}, status=statut)


@api.exception_handler(Refus)
def on_refus(request: HttpRequest, refus: Refus) -> HttpResponse:
    return refuse(request, refus.phrase, refus.statut_http)


@api.exception_handler(AuthenticationError)
def on_unknown(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
    answer = refuse(request, NON_IDENTIFIE, 401)
    answer["WWW-Authenticate"] = 'Bearer realm="Fanal"'
    return answer


@api.exception_handler(Http404)
def on_404(request: HttpRequest, _: Http404) -> HttpResponse:
    return refuse(request, INCONNUE, 404)


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refuse(request, PAR_STATUT.get(error.status_code, ILLISIBLE), error.status_code)


@api.exception_handler(SuspiciousOperation)
def on_too_big(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    statut = 413 if isinstance(error, RequestDataTooBig) else 400
    return refuse(request, PAR_STATUT[statut], statut)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    details = [{"champ": field_of(e), "phrase": sentence_of(e)} for e in error.errors[:50]]
    first = details[0]
    phrase = f"« {first['champ']} » {first['phrase']}." if first["champ"] else ILLISIBLE
    if len(details) > 1:
        phrase += f" {len(details) - 1} autre{'s' if len(details) > 2 else ''} à corriger."
    return refuse(request, phrase, 422, details=details)


def field_of(error: Mapping[str, Any]) -> str:
    """The name of what is wrong, as the caller wrote it: `choix.0.sens`."""
    path = [str(part) for part in error.get("loc", ()) if part not in LIEUX]
    # Bodies are parameters of a function: its own name for them means nothing to the caller.
    named = path[1:] if error.get("loc", ("",))[0] in {"body", "form"} and len(path) > 1 else path
    return ".".join(named)[:200]


def sentence_of(error: Mapping[str, Any]) -> str:
    """What is wrong, in French."""
    phrase = PHRASES.get(str(error.get("type")), "n'est pas utilisable")
    try:
        return phrase.format(**error.get("ctx", {}))
    except KeyError:
        return "n'est pas utilisable"


def inconnue(request: HttpRequest) -> HttpResponse:
    """Any other address under the API's own."""
    return refuse(request, INCONNUE, 404)
