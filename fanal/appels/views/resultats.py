"""The results of a call by map and table: what was published, or what stands for those who organise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fanal.appels.actions.publication import publier_resultats
from fanal.appels.compute.resultats import PUBLICS, Part, ligne, ventiler
from fanal.appels.forms_suivi import PublicationForm
from fanal.appels.models import Appel
from fanal.appels.queries.portee import organise, un_appel
from fanal.appels.queries.resultats import resultats_publies
from fanal.appels.types_campagne import ETAPES
from fanal.appels.views.commun import contexte_appel, fil_appel
from fanal.campagnes.models import Publication
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte
from fanal.interface.cartes import Carte, ValeurRegion, carte
from fanal.interface.nombres import ecrire_date, ecrire_millions
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre
from fanal.refus import Refus
from fanal.territoires.models import Region

PUBLIER = "enveloppe.gerer"
TITRES = {e.code: e.titre for e in ETAPES}


@dataclass(frozen=True)
class Resultats:
    """The lines of a call, where they come from, and whether they are published."""

    lignes: list[dict[str, Any]]
    publication: Publication | None
    publies: bool

    @property
    def demande(self) -> Decimal:
        return sum((une["demande"] or Decimal(0) for une in self.lignes), Decimal(0))

    @property
    def accorde(self) -> Decimal:
        return sum((une["accorde"] or Decimal(0) for une in self.lignes), Decimal(0))

    @property
    def sans_argent(self) -> bool:
        """Whether amounts do not apply: the call grants none."""
        return bool(self.lignes) and all(une["accorde"] is None for une in self.lignes)

    @property
    def retenus(self) -> int:
        return sum(une["etape"] == "retenu" for une in self.lignes)


def lire(request: HttpRequest, appel: Appel) -> Resultats:
    """The latest publication; for the organiser, before any, the tables as they stand."""
    derniere = appel.campagne.publications.order_by("-numero").first()
    if derniere is not None:
        return Resultats([ligne(u) for u in derniere.instantane["resultats"]["dossiers"]], derniere, True)
    if organise(request, appel, PUBLIER):
        return Resultats([ligne(u) for u in resultats_publies(appel.campagne)["dossiers"]], None, False)
    return Resultats([], None, False)


@require_GET
def resultats(request: HttpRequest, code: str) -> HttpResponse:
    """Amounts asked and granted, how many, by région and by status; kept projects by name."""
    appel = un_appel(request, code)
    return _page(request, appel, PublicationForm())


def _page(request: HttpRequest, appel: Appel, form: PublicationForm, status: int = 200) -> HttpResponse:
    vus = lire(request, appel)
    noms = dict(Region.objects.values_list("sigle", "nom"))
    regions = ventiler(vus.lignes, "region", noms)
    contexte = contexte_appel(request, appel) | {
        "titre": f"Résultats : {appel.campagne.titre}",
        "phrase": _phrase(vus),
        "fil": fil_appel(appel),
        "vus": vus,
        "carte": _carte(vus, regions) if vus.lignes else None,
        "regions": _par_region(vus, regions),
        "statuts": _par_statut(vus, ventiler(vus.lignes, "etape", TITRES)),
        "projets": _retenus(vus, noms),
        "form": form if organise(request, appel, PUBLIER) else None,
        "vide": not vus.lignes,
    }
    return rendre(request, "appels/suivi/resultats.html", contexte, status=status)


def _phrase(vus: Resultats) -> str:
    if not vus.lignes:
        return "Les résultats de cet appel ne sont pas encore publiés."
    debut = f"{pluriel(vus.retenus, 'projet retenu', 'projets retenus')} sur {len(vus.lignes)}"
    argent = f"{ecrire_millions(vus.accorde)} accordés pour {ecrire_millions(vus.demande)} demandés"
    debut = f"{debut}." if vus.sans_argent else f"{debut} : {argent}."
    if vus.publication is None:
        return f"{debut} Ces chiffres ne sont pas publiés : vous seul les voyez, comme organisateur."
    return f"{debut} Publiés le {_jour(vus.publication.publiee_le)}."


def _jour(instant: datetime) -> str:
    return ecrire_date(timezone.localtime(instant).date()) or ""


def _carte(vus: Resultats, parts: Sequence[Part]) -> Carte:
    """Every région: granted amounts, zero where dossiers got nothing, hatched where none was handed in."""
    par_sigle = {part.code: part for part in parts}
    valeurs = []
    for region in Region.objects.all():
        part = par_sigle.get(region.sigle)
        detail = "aucun dossier" if part is None else f"{part.retenus} retenus sur {part.dossiers}"
        valeurs.append(
            ValeurRegion(
                region.code_insee,
                region.nom,
                _mesure(vus, part) if part else None,
                url=f"?{urlencode({'retenus.f.region': region.nom})}#tableau-retenus",
                detail=detail,
            )
        )
    premiere = max(parts, key=lambda part: _mesure(vus, part))
    if vus.sans_argent:
        dit = pluriel(premiere.retenus, "projet retenu", "projets retenus")
        return carte(f"{premiere.nom} : {dit}" if vus.retenus else "Aucun projet retenu", valeurs, "nombre")
    titre = f"{premiere.nom} reçoit le plus : {ecrire_millions(premiere.accorde)}"
    if not vus.accorde:
        titre = "Aucun montant n'est accordé"
    return carte(titre, valeurs, "montant")


def _mesure(vus: Resultats, part: Part) -> Decimal:
    """What the map shows of a région: amounts granted, kept projects where there is no money."""
    return Decimal(part.retenus) if vus.sans_argent else part.accorde


def _montants(vus: Resultats, titre: str) -> list[Colonne]:
    nombres = [
        Colonne("nom", titre),
        Colonne("dossiers", "Dossiers", "entier", total="somme"),
        Colonne("retenus", "Retenus", "entier", total="somme"),
    ]
    if vus.sans_argent:
        return nombres
    return [
        *nombres,
        Colonne("demande", "Demandé", "montant", total="somme"),
        Colonne("accorde", "Accordé", "montant", total="somme"),
        Colonne("part_accordee", "Accordé sur demandé", "taux"),
    ]


def _par_region(vus: Resultats, parts: Sequence[Part]) -> Tableau:
    colonnes = _montants(vus, "Région")
    return Tableau(nom="regions", titre="Par région", lignes=parts, colonnes=colonnes, tri="nom")


def _par_statut(vus: Resultats, parts: Sequence[Part]) -> Tableau:
    colonnes = [c for c in _montants(vus, "Décision") if c.cle != "retenus"]
    return Tableau(nom="statuts", titre="Par décision", lignes=parts, colonnes=colonnes, recherche=False)


def _retenus(vus: Resultats, noms: dict[str, str]) -> Tableau:
    """Kept projects by name; those not kept are counted, never named."""
    lignes = [une for une in vus.lignes if une["etape"] in PUBLICS]
    return Tableau(
        nom="retenus",
        titre="Projets retenus",
        lignes=lignes,
        vide="Aucun projet n'est retenu.",
        colonnes=[
            Colonne("declarant", "Établissement ou groupement", valeur=lambda u: u["declarant"]),
            Colonne("reference", "Projet", valeur=lambda u: u["reference"] or Absence.SANS_OBJET),
            Colonne("region", "Région", valeur=lambda u: noms.get(u["region"], u["region"]), choix=True),
            *(
                Colonne(cle, titre, "montant", valeur=itemgetter(cle), total="somme")
                for cle, titre in (("demande", "Demandé"), ("accorde", "Accordé"))
                if not vus.sans_argent
            ),
        ],
    )


@require_POST
def publier(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the results as they stand."""
    appel = un_appel(request, code, PUBLIER)
    form = PublicationForm(request.POST)
    if form.is_valid():
        try:
            publier_resultats(
                appel=appel,
                by=compte(request),
                instant=timezone.now(),
                motif=form.cleaned_data["motif"],
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "Les résultats sont publiés.")
            return redirect("appels:resultats", code)
    return _page(request, appel, form, status=409)
