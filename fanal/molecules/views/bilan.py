"""The yearly balance and what the next year may ask, on screen and on paper."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.interface import pdf
from fanal.interface.images import svg
from fanal.interface.nombres import Absence, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.molecules.compute import analyse as calcul
from fanal.molecules.compute.bilan import BilanAnnee, Prevision, bilans
from fanal.molecules.queries.analyse import prevision, secteur
from fanal.molecules.views import analyse as pages
from fanal.molecules.views import images
from fanal.molecules.views.commun import Place, cadre, millions, placer

METHODE = (
    "Les demandes de la dernière année sont reconduites au taux observé entre les deux dernières, puis les "
    "demandes nouvelles de la dernière année s'ajoutent."
)
COLONNES = [
    Colonne("annee", "Année", valeur=lambda b: str(b.annee)),
    Colonne("nombre", "Demandes", "entier"),
    Colonne("variation_nombre", "Variation du nombre", "taux"),
    Colonne("montant", "Montant demandé", "montant"),
    Colonne("variation", "Variation du montant", "taux"),
    Colonne("nombre_sous_enveloppe", "Demandes du sanitaire", "entier", visible=False),
    Colonne(
        "sous_enveloppe", "Montant du sanitaire", "montant", aide="Secteurs de la campagne sous enveloppe"
    ),
    Colonne("decidees", "Décidées", "entier"),
    Colonne(
        "accorde",
        "Accordé",
        "montant",
        aide="Vide tant que rien n'est décidé",
        absence=Absence.NON_RENSEIGNE,
    ),
]
PREMIERS = 12


@require_GET
def bilan(request: HttpRequest) -> HttpResponse:
    """The balance of each year, the last one that the top bar names, and the forecast after it."""
    place = placer(request)
    annuels, annuel, prevu = _lire(place)
    if annuel is None:
        return pages._vide(request, place, "Bilan annuel")
    contexte = cadre(
        request,
        f"Bilan {place.annee}",
        pages.phrase_annee(place, annuel),
        annuel=annuel,
        accorde=annuel.accorde if annuel.decidees else Absence.NON_RENSEIGNE,
        prevu=prevu,
        phrase_prevision=phrase_prevision(prevu, place.annee),
        methode=METHODE,
        image=images.annees(titre_annees(annuel, prevu), annuels, prevu, _note(prevu)),
        bilans=Tableau(
            "bilans",
            COLONNES,
            list(reversed(annuels)),
            titre="Bilan par année",
            recherche=False,
            demonstration=place.lues.demonstration,
        ),
        secteurs=_table_secteurs(annuels, place),
    )
    return rendre(request, "molecules/bilan.html", contexte)


@require_GET
def document(request: HttpRequest) -> HttpResponse:
    """The same on two pages, for the committee."""
    place = placer(request)
    annuels, annuel, prevu = _lire(place)
    if annuel is None:
        return pages._vide(request, place, "Bilan annuel")
    contenu = pdf.composer(
        "molecules/documents/bilan.typ",
        _donnees(place, annuels, annuel, prevu),
        instant=timezone.now(),
        demonstration=place.lues.demonstration or None,
    )
    return pdf.repondre(contenu, f"molecules-bilan-{place.annee}-{place.noeud.code or 'national'}")


def phrase_prevision(prevu: Prevision | None, annee: int) -> str:
    """What the next year may ask, with its interval."""
    if prevu is None:
        return (
            f"Pas de prévision pour {annee + 1} : il faut les demandes de {annee - 1} et de {annee} pour "
            "lire un changement."
        )
    return (
        f"En {prevu.annee}, environ {millions(prevu.attendu)} pourraient être demandés, entre "
        f"{millions(prevu.bas)} et {millions(prevu.haut)} dans {ecrire_taux(prevu.confiance, 0)} des "
        f"rééchantillonnages. Sur les montants de {annee}, {millions(prevu.reconduit)} reconduisent des "
        f"demandes de {annee - 1} et {millions(prevu.nouveau)} sont nouveaux."
    )


def titre_annees(annuel: BilanAnnee, prevu: Prevision | None) -> str:
    """What the picture shows."""
    if annuel.variation is None:
        titre = f"{millions(annuel.montant)} demandés en {annuel.annee}"
    else:
        signe = "+" if annuel.variation >= 0 else "−"
        titre = f"{signe} {ecrire_taux(abs(annuel.variation), 0)} en {annuel.annee}"
    return f"{titre} ; {millions(prevu.attendu)} attendus en {prevu.annee}" if prevu else titre


def _lire(place: Place) -> tuple[tuple[BilanAnnee, ...], BilanAnnee | None, Prevision | None]:
    connus = bilans(place.lues.par_annee, place.lues.enveloppe)
    annuels = tuple(b for b in connus if b.annee <= place.annee)
    annuel = next((b for b in annuels if b.annee == place.annee and b.nombre), None)
    return annuels, annuel, prevision(place.lues, place.annee, place.le) if annuel else None


def _note(prevu: Prevision | None) -> str:
    return "Gris : prévision ; le trait va d'un bout à l'autre de l'intervalle." if prevu else ""


def _table_secteurs(annuels: Sequence[BilanAnnee], place: Place) -> Tableau:
    rows = [
        {"annee": b.annee, "secteur": secteur(g.nom), "groupe": g}
        for b in reversed(annuels)
        for g in b.secteurs
    ]
    return Tableau(
        "secteurs",
        [
            Colonne("annee", "Année", valeur=lambda r: str(r["annee"]), choix=True),
            Colonne("secteur", "Secteur", choix=True),
            Colonne("nombre", "Demandes", "entier", valeur=lambda r: r["groupe"].nombre, total="somme"),
            Colonne("part_nombre", "Part des demandes", "taux", valeur=lambda r: r["groupe"].part_nombre),
            Colonne(
                "montant", "Montant demandé", "montant", valeur=lambda r: r["groupe"].montant, total="somme"
            ),
            Colonne("part_montant", "Part des montants", "taux", valeur=lambda r: r["groupe"].part_montant),
        ],
        rows,
        titre="Par secteur et par année",
        demonstration=place.lues.demonstration,
    )


def _donnees(
    place: Place, annuels: Sequence[BilanAnnee], annuel: BilanAnnee, prevu: Prevision | None
) -> dict[str, Any]:
    lignes = place.lues.annee(place.annee)
    rangees = calcul.molecules(place.annee, place.lues.par_annee, place.lues.seuils)
    classes = calcul.par(lignes, lambda ligne: ligne.classe)
    noms = [secteur(g.nom) for g in annuel.secteurs]
    dessins = [
        images.annees(titre_annees(annuel, prevu), annuels, prevu, ""),
        images.parts(pages.titre_secteurs(annuel), annuel.secteurs, noms),
        images.pareto(pages.phrase_pareto(rangees, place), rangees),
    ]
    visibles = [c for c in COLONNES if c.visible]
    return {
        "titre": f"Molécules onéreuses : bilan {place.annee}",
        "sous_titre": place.qui,
        "phrase": pages.phrase_annee(place, annuel),
        "chiffres": [
            {"titre": "Demandé", "valeur": millions(annuel.montant)},
            {"titre": "Demandes", "valeur": ecrire_nombre(annuel.nombre, 0) or ""},
            {"titre": "Sanitaire", "valeur": millions(annuel.sous_enveloppe)},
            {"titre": "Accordé", "valeur": millions(annuel.accorde) if annuel.decidees else "en attente"},
        ],
        "prevision": phrase_prevision(prevu, place.annee),
        "methode": METHODE,
        "limites": list(prevu.limites) if prevu else [],
        "dessins": [{"titre": d.titre, "svg": svg(d, 820)} for d in dessins if d is not None],
        "tableaux": [
            pdf.table("Par année", visibles, [[_valeur(c, b) for c in visibles] for b in reversed(annuels)]),
            _groupes("Par secteur", annuel.secteurs, noms),
            _groupes("Par classe thérapeutique", classes[:PREMIERS], [g.nom for g in classes[:PREMIERS]]),
        ],
    }


def _groupes(titre: str, groupes: Sequence[calcul.Groupe], noms: Sequence[str]) -> dict[str, Any]:
    colonnes = [
        Colonne("nom", "Nom"),
        Colonne("nombre", "Demandes", "entier"),
        Colonne("part_nombre", "Part des demandes", "taux"),
        Colonne("montant", "Montant demandé", "montant"),
        Colonne("part_montant", "Part des montants", "taux"),
    ]
    lignes = [
        [nom, g.nombre, g.part_nombre, g.montant, g.part_montant]
        for g, nom in zip(groupes, noms, strict=True)
    ]
    return pdf.table(titre, colonnes, lignes)


def _valeur(colonne: Colonne, annuel: BilanAnnee) -> Any:
    return colonne.valeur(annuel) if colonne.valeur else getattr(annuel, colonne.cle)
