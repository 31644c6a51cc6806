"""Dossiers: what was deposited, line by line, what is remarked, what changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.campagnes import registre
from fanal.campagnes.api.acces import dossier_de, version_de
from fanal.campagnes.canonique import to_json
from fanal.campagnes.models import Controle, Decision, Dossier, Version
from fanal.campagnes.queries.differences import Ecart, differences, previous
from fanal.campagnes.queries.dossiers import actions_possibles, etat_dossier, reception_de
from fanal.campagnes.queries.lignes import decisions_du_dossier
from fanal.campagnes.queries.rapport import Remarque, describe_lines, rapport
from fanal.comptes.acces import compte, exiger
from fanal.interface.api import REFUS, Annee, Code, Numero, Page, Pagination, Refusee, paginer
from fanal.journal.api import EntreeDite, entree
from fanal.journal.queries import de_l_objet
from fanal.territoires import queries as territoires
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Dossiers"])
VersionVoulue = Annotated[Numero | None, Field(description="Numéro de version ; l'actuelle par défaut.")]
LIENS = ("campagne", "version_courante", "region", "ght__region", "etablissement", "operateur__region")


class DossierDit(Schema):
    numero: int
    campagne: str
    annee: int
    format: str
    niveau: str
    code: str = Field(examples=["BFC-03"])
    nom: str
    etape: str
    etape_titre: str
    etape_depuis: datetime
    version: int | None
    en_retard: bool


class Passage(Schema):
    """Un passage à l'étape suivante : possible, ou pourquoi il ne l'est pas."""

    transition: str
    titre: str
    vers: str
    possible: bool
    phrase: str


class DossierDetail(DossierDit):
    phrase: str
    lignes: int
    a_decider: int
    bloquants: int
    observations_ouvertes: int
    echeance: date | None
    passages: list[Passage]


class DecisionDite(Schema):
    sens: str
    montant: str | None
    motif: str
    commentaire: str
    prise_le: datetime


class LigneDite(Schema):
    """Une ligne sous les noms des champs du format. Les montants sont des nombres exacts, en texte."""

    cle: str
    feuille: str
    ligne: int
    titre: str
    valeurs: dict[str, Any]
    montant_declare: str | None
    decision: DecisionDite | None
    empreinte: str


class RemarqueDite(Schema):
    feuille: str | None
    ligne: int | None
    colonne: str | None
    valeur: str | None
    regle: str
    gravite: str
    phrase: str
    cle: str | None
    bloquant: bool


class ControleDit(Schema):
    cle: str
    code: str
    gravite: str
    bloquant: bool
    colonne: str
    phrase: str
    poids: str
    donnees: dict[str, Any]


class VersionDite(Schema):
    numero: int
    courante: bool
    deposee_le: datetime
    fichier: str | None
    canal: str | None
    lues: int | None
    acceptees: int | None
    ecartees: int | None
    lignes: int
    en_retard: bool
    motif: str
    empreinte: str


class EcartDit(Schema):
    genre: str = Field(description="ajoutee, modifiee ou retiree.")
    cle: str
    ligne: int | None
    titre: str
    champ: str | None
    avant: Any = None
    apres: Any = None


class DifferencesDites(Schema):
    de: int | None
    a: int
    phrase: str
    ajoutees: int
    modifiees: int
    retirees: int
    ecarts: list[EcartDit]


def resume(d: Dossier) -> dict[str, Any]:
    """A dossier on one line."""
    noeud = Noeud.de(d)
    return {
        "numero": d.pk,
        "campagne": d.campagne.code,
        "annee": d.campagne.annee,
        "format": d.format,
        "niveau": noeud.niveau,
        "code": noeud.code,
        "nom": d.nom_noeud,
        "etape": d.etape,
        "etape_titre": reception_de(d).etape(d.etape).titre,
        "etape_depuis": d.etape_depuis,
        "version": d.version_courante.numero if d.version_courante else None,
        "en_retard": d.en_retard,
    }


def amount(value: Decimal | None) -> str | None:
    """Euros as exact text."""
    return None if value is None else format(value, "f")


def decision(d: Decision) -> dict[str, Any]:
    """A decision as the API gives it."""
    names = ("sens", "motif", "commentaire", "prise_le")
    return {n: getattr(d, n) for n in names} | {"montant": amount(d.montant)}


@router.get("/dossiers", response={200: Page[DossierDit], REFUS: Refusee}, summary="Les dossiers")
def dossiers(
    request: HttpRequest,
    demande: Query[Pagination],
    campagne: Code = "",
    annee: Annee | None = None,
    format: Code = "",
    etape: Code = "",
    region: Code = "",
    ght: Code = "",
) -> Any:
    """Les dossiers que votre compte peut voir. `region` garde ceux de la région et de ses GHT."""
    visible = exiger(request, "dossier.voir").dossiers_q()
    rows = Dossier.objects.exclude(campagne__type_campagne__in=registre.ailleurs())
    rows = rows.filter(visible).select_related(*LIENS)
    equal = {"campagne__code": campagne, "campagne__annee": annee, "format": format, "etape": etape}
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    if region:
        found = territoires.region(region)
        rows = (
            rows.filter(region=found) | rows.filter(ght__region=found) | rows.filter(operateur__region=found)
        )
    if ght:
        rows = rows.filter(ght=territoires.ght(ght))
    return paginer(rows.order_by("pk"), demande, resume)


@router.get("/dossiers/{numero}", response={200: DossierDetail, REFUS: Refusee}, summary="Un dossier")
def dossier(request: HttpRequest, numero: Numero) -> Any:
    """Où il en est, et ce qui peut être fait maintenant, avec la raison de ce qui ne le peut pas."""
    found, now = dossier_de(request, numero), timezone.now()
    etat = etat_dossier(found, now)
    names = ("lignes", "a_decider", "bloquants", "observations_ouvertes", "echeance")
    passages = [
        {
            "transition": a.transition.code,
            "titre": a.transition.titre,
            "vers": a.transition.vers,
            "possible": a.possible,
            "phrase": a.phrase,
        }
        for a in actions_possibles(found, compte(request), now)
    ]
    return (
        resume(found)
        | {n: getattr(etat, n) for n in names}
        | {"phrase": etat.etape.phrase, "passages": passages}
    )


@router.get(
    "/dossiers/{numero}/lignes",
    response={200: Page[LigneDite], REFUS: Refusee},
    summary="Les lignes d'un dossier",
)
def lignes(
    request: HttpRequest, numero: Numero, demande: Query[Pagination], version: VersionVoulue = None
) -> Any:
    """Les lignes prises en compte, dans l'ordre du fichier, avec la décision qui tient sur chacune."""
    found = dossier_de(request, numero)
    of = version_de(found, version)
    decided = decisions_du_dossier(found) if of.pk == found.version_courante_id else {}
    described = list(describe_lines(of).items())
    page = paginer(described, demande)
    cles = [cle for cle, _ in page["elements"]]
    amounts = reception_de(found).montants
    declared = amounts(of, cles) if amounts else {}
    page["elements"] = [
        {
            "cle": cle,
            "feuille": line.feuille,
            "ligne": line.ligne,
            "titre": line.titre,
            "valeurs": to_json(dict(line.valeurs)),
            "montant_declare": amount(declared.get(cle)),
            "decision": decision(decided[cle]) if cle in decided else None,
            "empreinte": of.lignes.get(cle, ""),
        }
        for cle, line in page["elements"]
    ]
    return page


@router.get(
    "/dossiers/{numero}/anomalies",
    response={200: Page[RemarqueDite], REFUS: Refusee},
    summary="Les anomalies d'un dossier",
)
def anomalies(
    request: HttpRequest,
    numero: Numero,
    demande: Query[Pagination],
    version: VersionVoulue = None,
    gravite: Annotated[str, Field(pattern=r"^(|refus|controle|information)$")] = "",
) -> Any:
    """Ce qui est à corriger ou à regarder : la lecture, puis les contrôles, les refus d'abord."""
    found = rapport(version_de(dossier_de(request, numero), version))
    kept = [r for r in found.remarques if not gravite or r.gravite == gravite]
    return paginer(kept, demande, _remarque)


def _remarque(r: Remarque) -> dict[str, Any]:
    empty_is_none = ("feuille", "colonne", "valeur", "cle")
    names = ("ligne", "regle", "gravite", "phrase", "bloquant")
    return {n: getattr(r, n) or None for n in empty_is_none} | {n: getattr(r, n) for n in names}


@router.get(
    "/dossiers/{numero}/controles",
    response={200: Page[ControleDit], REFUS: Refusee},
    summary="Les contrôles d'un dossier",
)
def controles(
    request: HttpRequest, numero: Numero, demande: Query[Pagination], version: VersionVoulue = None
) -> Any:
    """Les remarques des contrôles, les plus lourdes d'abord, avec les chiffres qui les fondent."""
    rows = version_de(dossier_de(request, numero), version).controles.order_by("-bloquant", "-poids", "pk")
    return paginer(rows, demande, _controle)


def _controle(c: Controle) -> dict[str, Any]:
    names = ("cle", "code", "gravite", "bloquant", "colonne", "phrase", "donnees")
    return {n: getattr(c, n) for n in names} | {"poids": amount(c.poids)}


@router.get(
    "/dossiers/{numero}/versions",
    response={200: list[VersionDite], REFUS: Refusee},
    summary="Les versions d'un dossier",
)
def versions(request: HttpRequest, numero: Numero) -> Any:
    """Toutes les versions, la dernière d'abord : rien n'est effacé."""
    found = dossier_de(request, numero)
    rows = found.versions.select_related("depot").order_by("-numero")
    return [_version(v, v.pk == found.version_courante_id) for v in rows]


def _version(v: Version, courante: bool) -> dict[str, Any]:
    depot = v.depot
    return {
        "numero": v.numero,
        "courante": courante,
        "deposee_le": v.created_at,
        "fichier": depot.nom_fichier if depot else None,
        "canal": depot.canal if depot else None,
        "lues": depot.lues if depot else None,
        "acceptees": depot.acceptees if depot else None,
        "ecartees": depot.ecartees if depot else None,
        "lignes": len(v.lignes),
        "en_retard": v.en_retard,
        "motif": v.motif,
        "empreinte": v.empreinte,
    }


@router.get(
    "/dossiers/{numero}/differences",
    response={200: DifferencesDites, REFUS: Refusee},
    summary="Ce qu'une version a changé",
)
def ecarts(request: HttpRequest, numero: Numero, de: VersionVoulue = None, a: VersionVoulue = None) -> Any:
    """Ligne par ligne et valeur par valeur, de la version `de` (sinon la précédente) à la version `a`."""
    found = dossier_de(request, numero)
    after = version_de(found, a)
    before = version_de(found, de) if de else previous(after)
    change = differences(before, after)
    return {
        "de": before.numero if before else None,
        "a": after.numero,
        "phrase": change.phrase,
        "ajoutees": change.ajoutees,
        "modifiees": change.modifiees,
        "retirees": change.retirees,
        "ecarts": [_ecart(e) for e in change.ecarts],
    }


def _ecart(e: Ecart) -> dict[str, Any]:
    return {
        "genre": e.genre,
        "cle": e.cle,
        "ligne": e.ligne,
        "titre": e.titre,
        "champ": e.champ.nom if e.champ else None,
        "avant": to_json(e.avant),
        "apres": to_json(e.apres),
    }


@router.get(
    "/dossiers/{numero}/journal",
    response={200: Page[EntreeDite], REFUS: Refusee},
    summary="Le journal d'un dossier",
)
def journal_du_dossier(request: HttpRequest, numero: Numero, demande: Query[Pagination]) -> Any:
    """Tout ce qui a été fait sur ce dossier, le plus récent d'abord."""
    return paginer(de_l_objet(dossier_de(request, numero)), demande, entree)
