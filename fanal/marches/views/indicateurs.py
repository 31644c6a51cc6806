"""Indicators of contracts: each with its definition, by number and by amount, and the rows it opens."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import exiger
from fanal.comptes.perimetre import Perimetre
from fanal.interface import ici
from fanal.interface.cartes import Carte, ValeurRegion, carte
from fanal.interface.images import Barre, Image, classement
from fanal.interface.nombres import Absence, ecrire_millions, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.compute.definitions import INDICATEURS, Indicateur
from fanal.marches.compute.indicateurs import Mesure
from fanal.marches.compute.portefeuille import Filtres
from fanal.marches.forms_portefeuille import FiltresIndicateurs
from fanal.marches.queries.indicateurs import AXES, Indicateurs, Ligne, Objectif, indicateurs
from fanal.marches.queries.portefeuille import choix
from fanal.marches.queries.registre import revision
from fanal.memoire import Memoire
from fanal.territoires.models import Niveau, Region
from fanal.territoires.noeuds import Noeud

_pages: Memoire[dict[str, Any]] = Memoire(32)


@dataclass(frozen=True)
class Rang:
    """One indicator as the page prints it: its measures in words, and where its rows are."""

    indicateur: Indicateur
    mesure: Mesure
    en_nombre: str
    en_montant: str
    objectif: Objectif | None
    atteint: bool | None
    oui_url: str
    base_url: str
    muets_url: str


def indicateurs_page(request: HttpRequest) -> HttpResponse:
    """The indicators of the contracts that the account sees on the territory of the top bar."""
    today = timezone.localdate()
    place = ici.ici(request, today)
    held = exiger(request, "marche.voir")
    key = (request.path, request.GET.urlencode(), held, place.parametre)
    # Written once for an address and what the account sees.
    shown = _pages.lire(key, (revision(), today), lambda: montrer(request, held, place.noeud, today))
    return rendre(request, "marches/indicateurs.html", dict(shown), etat=shown["etat"])


def montrer(request: HttpRequest, held: Perimetre, noeud: Noeud, today: date) -> dict[str, Any]:
    """All that the page says of the contracts seen on *noeud*."""
    families, _ = choix(held, noeud, today)
    form = FiltresIndicateurs(request.GET, familles=families)
    filtres = Filtres(famille=form.texte("famille"), acheteur=form.texte("acheteur"))
    found = indicateurs(held, noeud, filtres, form.annee(), form.axe_choisi(), today)
    form.annees(found.annees, found.annee)
    base = {k: v for k in ("territoire", "famille", "acheteur") if (v := request.GET.get(k))}
    context = {
        "found": found,
        "form": form,
        "rangs": [_rang(i, found, base) for i in INDICATEURS.values()],
        "concentration": found.concentration["montant"],
        "concentration_nombre": found.concentration["nombre"],
        "qualite": [(c, _lien(base, inconnu=c.colonne)) for c in found.qualite],
    }
    return {
        "titre": "Indicateurs des marchés",
        "phrase": phrase(found),
        "filtres_html": render_to_string("marches/_filtres_indicateurs.html", context, request),
        "env": found.mesures["environnement"].part_nombre,
        "social": found.mesures["social"].part_nombre,
        "offres": ecrire_nombre(found.mesures["offres"].moyenne, 2),
        "part_premiers": found.concentration["montant"].part_premiers,
        "premiers": _image_fournisseurs(found),
        "carte": _carte(found, noeud),
        "mesures_html": render_to_string("marches/_mesures.html", context, request),
        "complements_html": render_to_string("marches/_complements.html", context, request),
        "ventilation": _tableau(found, base),
        "fil": [("Portefeuille", reverse("marches:portefeuille"))],
        "etat": found.etat,
    }


def phrase(found: Indicateurs) -> str:
    """The answer in one sentence."""
    if not found.total:
        return "Aucun marché n'est enregistré sur ce territoire : rien à mesurer."
    if not found.notifies and found.annee is None:
        return (
            f"{pluriel(found.total, 'marché', 'marchés')} sans date de notification : les indicateurs d'une "
            f"année ne peuvent pas être calculés."
        )
    when = f"en {found.annee}" if found.annee else "toutes années confondues"
    text = f"{pluriel(found.notifies, 'marché notifié', 'marchés notifiés')} {when}"
    text += f", pour {ecrire_millions(found.montant_notifie)}"
    share, silent = found.mesures["environnement"].part_nombre, found.mesures["environnement"].muets
    if share is not None:
        text += f" ; {ecrire_taux(share, 0)} portent une considération environnementale"
    if silent:
        text += f" ; {pluriel(silent, 'ne peut pas', 'ne peuvent pas')} répondre sur ce point"
    if found.sans_notification:
        many = pluriel(found.sans_notification, "marché n'a", "marchés n'ont")
        text += f". {many} pas de date de notification"
    return f"{text}."


def _rang(indicator: Indicateur, found: Indicateurs, base: dict[str, str]) -> Rang:
    measure = found.mesures[indicator.code]
    goal = found.objectifs.get(indicator.code)
    year = str(found.annee) if found.annee and indicator.portee == "flux" else ""

    def rows(answer: str) -> str:
        return _lien(base, indicateur=indicator.code, reponse=answer, exercice=year)

    if indicator.mesure == "moyenne":
        number, amount = ecrire_nombre(measure.moyenne, 2), ecrire_nombre(measure.moyenne_ponderee, 2)
    else:
        number, amount = ecrire_taux(measure.part_nombre), ecrire_taux(measure.part_montant)
    share = measure.part_nombre
    return Rang(
        indicator,
        measure,
        number or Absence.NON_CALCULABLE.value,
        amount or Absence.NON_CALCULABLE.value,
        goal,
        None if goal is None or share is None else share >= goal.valeur,
        rows("oui"),
        rows("base"),
        rows("muets"),
    )


def _lien(base: dict[str, str], **filters: str) -> str:
    query = base | {k: v for k, v in filters.items() if v}
    return f"{reverse('marches:portefeuille')}?{urlencode(query)}"


def _image_fournisseurs(found: Indicateurs) -> Image | None:
    weight = found.concentration["montant"]
    if weight.part_premiers is None:
        return None
    share = ecrire_taux(weight.part_premiers, 0)
    scope = "notifié" if found.annee else "de tous les marchés"
    title = f"Les {len(weight.premiers)} premiers fournisseurs : {share} du montant {scope}"
    bars = [Barre(name, Decimal(cents) / 100) for _, name, _, cents in weight.premiers]
    return classement(title, bars)


def _carte(found: Indicateurs, noeud: Noeud) -> Carte | None:
    """Amounts by région, on the nation only: a smaller territory has one région."""
    if noeud.niveau != Niveau.NATIONAL or not found.total:
        return None
    lines = {row.code: row for row in found.regions}
    regions = Region.objects.values_list("code_insee", "sigle", "nom")
    values = [
        ValeurRegion(insee, name, _montant(lines.get(sigle)), _region_url(sigle), _detail(lines.get(sigle)))
        for insee, sigle, name in regions
    ]
    return carte("Montant des marchés enregistrés par région", values, "montant")


def _montant(row: Ligne | None) -> Decimal:
    return row.montant if row else Decimal(0)


def _detail(row: Ligne | None) -> str:
    return f"{ecrire_nombre(row.nombre)} marchés" if row else "aucun marché"


def _region_url(sigle: str) -> str:
    return f"?{urlencode({'territoire': f'region:{sigle}'})}"


def _tableau(found: Indicateurs, base: dict[str, str]) -> Tableau:
    """The same indicators by value of an axis."""

    def share(code: str, titre: str, **options: Any) -> Colonne:
        return Colonne(code, titre, "taux", valeur=lambda row: row.mesures[code].part_nombre, **options)

    def link(row: Ligne) -> str:
        if row.code is None or found.axe not in {"famille", "acheteur_siret", "annee"}:
            return ""
        name = {"annee": "exercice", "acheteur_siret": "acheteur"}.get(found.axe, found.axe)
        return _lien(base, **{name: str(row.code)})

    def silent(row: Ligne) -> int:
        return row.mesures["environnement"].muets

    return Tableau(
        nom="ventilation",
        titre=f"Par {AXES[found.axe].lower() if found.axe != 'ght' else 'GHT'}",
        lignes=list(found.lignes),
        vide="Aucun marché.",
        colonnes=[
            Colonne("nom", AXES[found.axe], "lien", lien=link),
            Colonne("nombre", "Marchés", "entier", total="somme" if found.axe != "executants" else ""),
            Colonne(
                "montant", "Montant HT", "montant_rond", total="somme" if found.axe != "executants" else ""
            ),
            share("fin_proche", "Fin proche"),
            share("echeance_inconnue", "Échéance inconnue"),
            share("anomalies", "Avec anomalie", visible=False),
            Colonne("offres", "Offres", "nombre", valeur=lambda r: r.mesures["offres"].moyenne, decimales=1),
            share("offre_unique", "Offre unique"),
            share("innovation", "Innovants", visible=False),
            share("environnement", "Environnement"),
            share("social", "Social"),
            Colonne("muets", "Muets (environnement)", "entier", valeur=silent, visible=False),
            share("publication_tardive", "Publiés en retard"),
            share("maximum_risque", "Maximum à risque", visible=False),
        ],
    )
