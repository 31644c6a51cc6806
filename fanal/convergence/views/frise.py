"""The timeline of a segment: one line per contract under its establishment, the start drawn across.

Every length is a coordinate of the drawing: the page only prints it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fanal.convergence.rules.fiches import Fiche
from fanal.convergence.rules.segments import Segment
from fanal.moteurs.convergence import Acte, Genre, Option, Proposition, Resultat, ajouter_mois
from fanal.moteurs.convergence.phrases import TITRES, euros, jour

LARGEUR, GAUCHE, HAUT, LIGNE, TITRE = 1000, 190, 34, 22, 24
COUTS = 56
MAXIMUM = 60
AVANT_MOIS, APRES_MOIS, ETENDUE_MOIS = 3, 6, 60
COMMUN = "Communs à plusieurs établissements"
PONTS = (Acte.AVENANT, Acte.MARCHE_COURT, Acte.MARCHE_COURT_ADAPTE)


@dataclass(frozen=True)
class Rectangle:
    """A bar: where it is, what class it has, what it says."""

    x: float
    largeur: float
    classe: str
    dit: str


@dataclass(frozen=True)
class Rang:
    """A line of the drawing: a title of establishment, or a contract with its bars and notice dates."""

    y: float
    nom: str
    titre: bool = False
    complet: str = ""
    barres: tuple[Rectangle, ...] = ()
    preavis: tuple[tuple[float, str], ...] = ()

    @property
    def base(self) -> float:
        return self.y + 15

    @property
    def milieu(self) -> float:
        return self.y + 10.5

    @property
    def haut(self) -> float:
        return self.y + 4


@dataclass(frozen=True)
class Repere:
    """A year on the axis, or a day across the drawing."""

    x: float
    nom: str


@dataclass(frozen=True)
class Pic:
    """The cost of one start, as a column standing on the axis under the timeline."""

    x: float
    y: float
    haut: float
    classe: str
    dit: str


@dataclass(frozen=True)
class Frise:
    """The drawing and its words."""

    largeur: int
    hauteur: float
    rangs: tuple[Rang, ...]
    annees: tuple[Repere, ...]
    aujourd_hui: Repere
    depart: Repere
    couts: tuple[Pic, ...]
    base_couts: float
    titre: str
    reste: int

    @property
    def depart_a_droite(self) -> bool:
        """Whether the name of the start is written on the left of its line, for want of room."""
        return self.depart.x > LARGEUR * 0.75

    @property
    def bas(self) -> float:
        return self.hauteur - COUTS - 18


class _Echelle:
    """Days to coordinates."""

    def __init__(self, debut: date, fin: date) -> None:
        self.debut, self.fin = debut, fin
        self.pas = (LARGEUR - GAUCHE - 10) / max(1, (fin - debut).days)

    def x(self, le: date) -> float:
        held = min(max(le, self.debut), self.fin)
        return round(GAUCHE + (held - self.debut).days * self.pas, 1)

    def barre(self, du: date, au: date, classe: str, dit: str) -> Rectangle | None:
        """A bar from *du* to *au* included; None when nothing of it is in the drawing."""
        gauche, droite = self.x(du), self.x(min(au, date.max - timedelta(days=1)) + timedelta(days=1))
        return Rectangle(gauche, round(droite - gauche, 1), classe, dit) if droite > gauche else None


def dessiner(segment: Segment, proposition: Proposition, resultat: Resultat) -> Frise:
    """The timeline of *segment* for one start; of the sixty contracts that spend most when there are more."""
    pairs = list(zip(segment.avec_echeance, proposition.options, strict=True))
    shown = sorted(pairs, key=lambda p: -(p[0].connu.depense.mensuelle or 0))[:MAXIMUM]
    echelle = _echelle(segment, shown, proposition.depart)
    chevauchants = {f.cle for f in segment.chevauchants}
    rangs: list[Rang] = []
    y = float(HAUT)
    for place, group in _par_etablissement(shown):
        rangs.append(Rang(y, _court(place, 40), titre=True, complet=place))
        y += TITRE
        for fiche, option in group:
            rangs.append(_rang(fiche, option, proposition.depart, echelle, y, fiche.cle in chevauchants))
            y += LIGNE
    hauteur = y + COUTS + 26
    return Frise(
        LARGEUR,
        hauteur,
        tuple(rangs),
        tuple(_annees(echelle)),
        Repere(echelle.x(segment.le), "aujourd'hui"),
        Repere(echelle.x(proposition.depart), f"départ commun le {jour(proposition.depart)}"),
        tuple(_couts(resultat, proposition.depart, echelle, hauteur - 14)),
        hauteur - 14,
        _titre(segment),
        len(pairs) - len(shown),
    )


def _echelle(segment: Segment, shown: Sequence[tuple[Fiche, Option]], depart: date) -> _Echelle:
    ends = [f.contrat.fin_totale for f, _ in shown if f.contrat is not None]
    last = max([*ends, ajouter_mois(depart, APRES_MOIS)])
    far = max(ajouter_mois(segment.le, ETENDUE_MOIS), ajouter_mois(depart, APRES_MOIS))
    return _Echelle(ajouter_mois(segment.le, -AVANT_MOIS), min(last, far))


def _par_etablissement(
    shown: Sequence[tuple[Fiche, Option]],
) -> list[tuple[str, list[tuple[Fiche, Option]]]]:
    """The contracts under their establishment, those of several last; by end inside."""
    groups: dict[str, list[tuple[Fiche, Option]]] = {}
    for fiche, option in shown:
        places = fiche.connu.etablissements
        groups.setdefault(places[0] if len(places) == 1 else COMMUN, []).append((fiche, option))
    for group in groups.values():
        group.sort(key=lambda p: (p[0].vie.fin_totale or date.max, p[0].cle))
    return sorted(groups.items(), key=lambda g: (g[0] == COMMUN, g[0]))


def _rang(fiche: Fiche, option: Option, depart: date, echelle: _Echelle, y: float, chevauche: bool) -> Rang:
    contrat = fiche.contrat
    assert contrat is not None  # noqa: S101 - only contracts with an end are drawn
    ferme = next((s.fin for s in contrat.sorties if s.genre is not Genre.FIN), contrat.fin_totale)
    ton = "chevauche" if chevauche else "seul"
    debut = contrat.debut or echelle.debut
    barres = [
        echelle.barre(debut, min(ferme, option.sortie), f"periode {ton}", f"jusqu'au {jour(ferme)}"),
    ]
    if option.sortie > ferme:
        dit = f"reconductions jusqu'au {jour(option.sortie)}"
        barres.append(echelle.barre(ferme + timedelta(days=1), option.sortie, f"reconduction {ton}", dit))
    if option.sortie < contrat.fin_totale:
        dit = f"ne court plus après le {jour(option.sortie)}"
        barres.append(echelle.barre(option.sortie + timedelta(days=1), contrat.fin_totale, "quittee", dit))
    if option.acte in PONTS:
        dit = f"{TITRES[option.acte]} : {option.mois} mois"
        barres.append(
            echelle.barre(option.sortie + timedelta(days=1), depart - timedelta(days=1), "pont", dit)
        )
    preavis = [
        (echelle.x(s.preavis_le), f"préavis : au plus tard le {jour(s.preavis_le)}")
        for s in contrat.sorties
        if s.preavis_le is not None and echelle.debut <= s.preavis_le <= echelle.fin
    ]
    texte = f"{fiche.connu.identifiant} {fiche.connu.objet}"
    return Rang(
        y,
        _court(texte, 24),
        complet=f"{texte}. {TITRES[option.acte]}.",
        barres=tuple(b for b in barres if b is not None),
        preavis=tuple(preavis),
    )


def _court(texte: str, place: int) -> str:
    return texte if len(texte) <= place else f"{texte[: place - 1].rstrip()}…"


def _annees(echelle: _Echelle) -> list[Repere]:
    years = range(echelle.debut.year + 1, echelle.fin.year + 1)
    return [Repere(echelle.x(date(year, 1, 1)), str(year)) for year in years]


def _couts(resultat: Resultat, depart: date, echelle: _Echelle, base: float) -> list[Pic]:
    """The cost of each candidate start, the highest one filling the height."""
    highest = max((p.cout for p in resultat.propositions), default=0) or 1
    found = []
    for p in sorted(resultat.propositions, key=lambda p: p.depart):
        if p.depart <= echelle.fin:
            classe = "cout choisi" if p.depart == depart else "cout"
            haut = round(max(1.5, p.cout / highest * (COUTS - 20)), 1)
            dit = f"{jour(p.depart)} : {euros(p.cout)}"
            found.append(Pic(echelle.x(p.depart), round(base - haut, 1), haut, classe, dit))
    return found


def _titre(segment: Segment) -> str:
    nombre = len(segment.chevauchants)
    if nombre < 2:
        return "Aucun chevauchement à venir entre ces marchés"
    return f"{nombre} marchés courent en même temps qu'un autre"
