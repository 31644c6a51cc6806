"""What leaves the platform about kept projects: the feedback report (PDF) and the data (XLSX, CSV, JSON)."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.appels.models import Appel, Indicateur
from fanal.appels.queries.comparaison import Comparaison, depuis, echeances
from fanal.appels.queries.suivi import Projet, projets, projets_suivis
from fanal.appels.views.projet import ETATS_PROJET
from fanal.appels.views.suivi import appel_suivi, image_comparaison, phrase_comparaison
from fanal.comptes.acces import INVISIBLE
from fanal.interface import pdf
from fanal.interface.exports import exporter
from fanal.interface.images import svg
from fanal.interface.nombres import ecrire_millions, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau
from fanal.refus import Introuvable

SENS = {"hausse": "à la hausse", "baisse": "à la baisse", "neutre": "sans sens"}
DONNEES: tuple[tuple[str, str, Any], ...] = (
    ("dossier", "Dossier", "entier"),
    ("projet", "Projet", "texte"),
    ("region", "Région", "texte"),
    ("statut", "Statut", "texte"),
    ("accorde", "Accordé", "montant"),
    ("verse", "Versé", "montant"),
    ("indicateur", "Indicateur", "texte"),
    ("titre", "Libellé", "texte"),
    ("unite", "Unité", "texte"),
    ("nature", "Nature", "texte"),
    ("jour", "Jour", "date"),
    ("valeur", "Valeur", "nombre"),
    ("commentaire", "Commentaire", "texte"),
)


@require_GET
def rapport(request: HttpRequest, code: str) -> HttpResponse:
    """The feedback report: how the projects stand, then each indicator by its spread at each due date."""
    appel = appel_suivi(request, code)
    le = timezone.localdate()
    lus = projets(projets_suivis(request, appel), le)
    actifs = [p for p in lus if not p.abandonne]
    donnees = {
        "titre": "Retour d'expérience",
        "sous_titre": appel.campagne.titre,
        "phrase": _phrase(lus, actifs),
        "chiffres": _chiffres(lus, actifs),
        "indicateurs": [_indicateur(appel, i, actifs) for i in appel.indicateurs.all()],
        "projets": _projets(lus),
        "evenements": _evenements(lus),
        "notes": [
            "La médiane et les quartiles sont ceux des projets que l'auteur du rapport peut voir ; quartiles "
            "par interpolation linéaire, à partir de quatre projets mesurés.",
            "Un projet sans mesure n'est pas compté comme zéro. Les projets abandonnés sont hors des "
            "mesures.",
        ],
    }
    contenu = pdf.composer("appels/documents/retour_experience.typ", donnees, instant=timezone.now())
    return pdf.repondre(contenu, f"retour-experience-{code}")


def _phrase(lus: list[Projet], actifs: list[Projet]) -> str:
    accorde = sum((p.accord.montant for p in actifs), Decimal(0))
    verse = sum((p.verse for p in actifs), Decimal(0))
    debut = f"{len(actifs)} projets suivis, {len(lus) - len(actifs)} abandonnés"
    if lus and all(p.sans_argent for p in lus):
        return f"{debut}. Cet appel n'attribue pas d'argent."
    return f"{debut} ; {ecrire_millions(accorde)} accordés, {ecrire_millions(verse)} versés."


def _chiffres(lus: list[Projet], actifs: list[Projet]) -> list[dict[str, str]]:
    passes = [j for p in actifs for j in p.jalons if j.etat in ("atteint", "atteint_tard", "en_retard")]
    tenus = sum(j.etat == "atteint" for j in passes)
    a_temps = ecrire_taux(Decimal(tenus) / len(passes), 0) if passes else None
    return [
        {"titre": "Projets suivis", "valeur": str(len(actifs))},
        {"titre": "Abandonnés", "valeur": str(len(lus) - len(actifs))},
        {"titre": "Échéances tenues", "valeur": a_temps or "sans objet"},
        {"titre": "En retard", "valeur": str(sum(bool(p.en_retard) for p in actifs))},
    ]


def _indicateur(appel: Appel, indicateur: Indicateur, actifs: list[Projet]) -> dict[str, Any]:
    visibles = [p.dossier.pk for p in actifs]
    derniere = depuis(actifs, indicateur, "", visibles)
    par_date = [depuis(actifs, indicateur, e, visibles) for e in echeances(appel)]
    image = image_comparaison(derniere)
    atteints = sum(1 for r in derniere.rangs if r.etat.avancement.atteint)
    juges = sum(1 for r in derniere.rangs if r.etat.avancement.atteint is not None)
    return {
        "titre": indicateur.titre,
        "definition": indicateur.definition,
        "sens": SENS[indicateur.sens],
        "a_confirmer": indicateur.a_confirmer,
        "phrase": phrase_comparaison(derniere),
        "cible": f"{atteints} projets sur {juges} atteignent leur cible." if juges else "",
        "dessin": {"titre": image.titre, "svg": svg(image, 900)} if image else None,
        "tableau": _tableau_dates(indicateur, [*par_date, derniere]),
    }


def _tableau_dates(indicateur: Indicateur, vues: list[Comparaison]) -> dict[str, Any]:
    colonnes = [
        Colonne("quand", "Échéance"),
        Colonne("n", "Projets mesurés", "entier"),
        *(
            Colonne(cle, titre, "nombre", indicateur.unite, decimales=1)
            for cle, titre in (
                ("minimum", "Minimum"),
                ("q1", "1er quartile"),
                ("mediane", "Médiane"),
                ("q3", "3e quartile"),
                ("maximum", "Maximum"),
            )
        ),
    ]
    lignes = [
        [
            v.echeance or "Dernière mesure",
            v.dispersion.nombre,
            *(getattr(v.dispersion, c.cle) for c in colonnes[2:]),
        ]
        for v in vues
    ]
    return pdf.table("Étalement à chaque échéance", colonnes, lignes)


def _projets(lus: list[Projet]) -> dict[str, Any]:
    colonnes = [Colonne("nom", "Projet"), Colonne("region", "Région"), Colonne("etat", "État")]
    lignes: list[list[Any]] = [
        [p.nom, p.region.nom if p.region else "National", ETATS_PROJET[p.etat][0]] for p in lus
    ]
    if any(not p.sans_argent for p in lus):
        colonnes += [Colonne("accorde", "Accordé", "montant"), Colonne("verse", "Versé", "montant")]
        lignes = [[*une, p.accord.montant, p.verse] for une, p in zip(lignes, lus, strict=True)]
    return pdf.table("Projets", colonnes, lignes)


def _evenements(lus: list[Projet]) -> list[str]:
    """What happened, with its reason: matter for the next programmes."""
    return [
        f"{p.nom}, {e.get_nature_display().lower()} ({e.get_etat_display().lower()}) : {e.motif}"
        for p in lus
        for e in p.evenements
    ]


@require_GET
def donnees(request: HttpRequest, code: str, genre: str) -> HttpResponse:
    """Every value declared on the projects that the account follows, one row each."""
    appel = appel_suivi(request, code)
    lignes = _lignes(projets(projets_suivis(request, appel), timezone.localdate()))
    if genre == "json":
        return _json(request, appel, lignes)
    if genre not in ("xlsx", "csv"):
        raise Introuvable(INVISIBLE)
    colonnes = [Colonne(cle, titre, nature, valeur=_lire(cle)) for cle, titre, nature in DONNEES]
    tableau = Tableau(nom=f"suivi-{code}", titre=appel.campagne.titre, colonnes=colonnes, lignes=lignes)
    return exporter(tableau, genre)


def _lire(cle: str) -> Any:
    return lambda une: une[cle]


def _lignes(lus: list[Projet]) -> list[dict[str, Any]]:
    """One row per current value; a project without any has one row without value."""
    lignes = []
    for p in lus:
        commun = {
            "dossier": p.dossier.pk,
            "projet": p.nom,
            "region": p.region.nom if p.region else "National",
            "statut": p.accord.statut,
            "accorde": None if p.sans_argent else p.accord.montant,
            "verse": None if p.sans_argent else p.verse,
        }
        vides = dict.fromkeys(("indicateur", "titre", "unite", "nature", "commentaire"), "")
        releves = [(e, r) for e in p.indicateurs for r in (e.reference, e.cible, *e.mesures) if r is not None]
        if not releves:
            lignes.append({**commun, **vides, "jour": "", "valeur": None})
        for e, r in releves:
            lignes.append(
                {
                    **commun,
                    "indicateur": e.indicateur.code,
                    "titre": e.indicateur.titre,
                    "unite": e.indicateur.unite,
                    "nature": r.nature,
                    "jour": r.jour,
                    "valeur": r.valeur,
                    "commentaire": r.commentaire,
                }
            )
    return lignes


def _json(request: HttpRequest, appel: Appel, lignes: list[dict[str, Any]]) -> HttpResponse:
    """Amounts and values as exact text, days as ISO."""
    document = {
        "appel": appel.campagne.code,
        "titre": appel.campagne.titre,
        "le": timezone.localdate().isoformat(),
        "page": request.build_absolute_uri(reverse("appels:suivi", args=[appel.campagne.code])),
        "valeurs": [{cle: _exact(v) for cle, v in une.items()} for une in lignes],
    }
    reponse = HttpResponse(
        json.dumps(document, ensure_ascii=False, indent=1), content_type="application/json"
    )
    reponse["Content-Disposition"] = f'attachment; filename="suivi-{appel.campagne.code}.json"'
    return reponse


def _exact(valeur: Any) -> Any:
    if isinstance(valeur, Decimal):
        return f"{valeur:f}"
    return valeur.isoformat() if isinstance(valeur, date) else valeur or None
