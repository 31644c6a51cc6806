"""Results of a survey: the spread of scores, whole, by class of GHT and with or without a CHU; and "
"history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.campagnes.temps import local_day
from fanal.maturite.compute import Comparaison, Repartition, comparer, repartition
from fanal.maturite.models import Profil
from fanal.maturite.queries.evaluations import Autoevaluation, autoevaluation, autoevaluations, themes_de
from fanal.maturite.types_campagne import TYPE
from fanal.parametres import valeur
from fanal.territoires.models import Ght


@dataclass(frozen=True)
class Reponse:
    """The answer of one GHT to a survey, with what places it among its peers."""

    dossier: Dossier
    ght: Ght
    profil: Profil
    evaluation: Autoevaluation

    @property
    def note(self) -> Decimal | None:
        return self.evaluation.declare.globale


@dataclass(frozen=True)
class Groupe:
    """A group of peers and the spread of its scores; None when they are too few to be shown."""

    titre: str
    nombre: int
    repartition: Repartition | None


def reponses(campagne: Campagne) -> list[Reponse]:
    """The answers handed in, by GHT."""
    rows = (
        Dossier.objects.filter(campagne=campagne, version_courante__isnull=False)
        .exclude(etape="evaluation")
        .select_related("ght__region", "profil_maturite__grille", "version_courante", "campagne")
        .order_by("ght__code")
    )
    found = list(rows)
    scored = autoevaluations([d.version_courante for d in found if d.version_courante])
    return [
        Reponse(d, d.ght, d.profil_maturite, scored[d.version_courante.pk])
        for d in found
        if d.ght is not None and d.version_courante is not None
    ]


def groupes(lues: list[Reponse], campagne: Campagne) -> list[Groupe]:
    """All the GHT, then by class (1 to 4), then with or without a CHU. Unknown ones are a group too."""
    least = int(valeur("maturite.pairs_minimum", le=local_day(campagne.cloture)))
    everybody = _group("Tous les GHT", [r.note for r in lues], least)
    by_class = [(f"Classe {c}", [r.note for r in lues if r.ght.classe == c]) for c in (1, 2, 3, 4)]
    by_class.append(("Classe non renseignée", [r.note for r in lues if r.ght.classe is None]))
    by_chu = [
        (title, [r.note for r in lues if r.profil.chu is known])
        for title, known in (("Avec un CHU", True), ("Sans CHU", False), ("CHU non renseigné", None))
    ]
    return [everybody, *_partition(by_class, least), *_partition(by_chu, least)]


def _group(title: str, notes: Sequence[Decimal | None], least: int) -> Groupe:
    known = [n for n in notes if n is not None]
    return Groupe(title, len(known), repartition(known, au_moins=least))


def _partition(parts: Sequence[tuple[str, Sequence[Decimal | None]]], least: int) -> list[Groupe]:
    """The groups that share all the GHT between them. When those hidden are too few together, the smallest
    one shown is hidden as well: what is hidden could otherwise be had by subtraction from the whole.
    """
    found = [g for g in (_group(title, notes, least) for title, notes in parts) if g.nombre]
    hidden = sum(g.nombre for g in found if g.repartition is None)
    shown = [g for g in found if g.repartition is not None]
    if 0 < hidden < least and shown:
        smallest = min(shown, key=lambda g: g.nombre)
        found = [replace(g, repartition=None) if g is smallest else g for g in found]
    return found


def precedente(dossier: Dossier) -> Version | None:
    """The answer of the same GHT to the survey before, if there is one."""
    before = Dossier.objects.filter(
        campagne__type_campagne=TYPE,
        campagne__annee__lt=dossier.campagne.annee,
        ght=dossier.ght,
        version_courante__isnull=False,
    ).exclude(etape="evaluation")
    found = before.select_related("version_courante").order_by("-campagne__annee").first()
    return found.version_courante if found else None


def histoire(dossier: Dossier) -> list[tuple[int, Autoevaluation]]:
    """(year, answer) of every survey of the GHT, the oldest first."""
    rows = (
        Dossier.objects.filter(campagne__type_campagne=TYPE, ght=dossier.ght, version_courante__isnull=False)
        .exclude(etape="evaluation")
        .select_related("campagne", "version_courante")
        .order_by("campagne__annee")
    )
    found = [(d.campagne.annee, d.version_courante) for d in rows if d.version_courante]
    scored = autoevaluations([v for _, v in found])
    return [(year, scored[v.pk]) for year, v in found]


def evolution(dossier: Dossier) -> Comparaison | None:
    """The change since the survey before, on the topics that are the same; None without one."""
    before = precedente(dossier)
    if before is None or dossier.version_courante is None:
        return None
    now = autoevaluation(dossier.version_courante)
    earlier = {s.sujet.code: s.sujet.reprend for s in now.sujets if s.sujet.reprend}
    themes = themes_de(dossier.profil_maturite.grille)
    return comparer(themes, now.notes, autoevaluation(before).notes, earlier)


def resultats_publies(campagne: Campagne) -> dict[str, Any]:
    """The frozen results of a survey: no GHT is named, groups below the minimum are counted only."""
    lues = reponses(campagne)
    return {
        "reponses": len(lues),
        "groupes": [
            {"titre": g.titre, "nombre": g.nombre, "notes": vars(g.repartition) if g.repartition else None}
            for g in groupes(lues, campagne)
        ],
    }
