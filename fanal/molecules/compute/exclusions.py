"""Which rows of the lists already fund a drug for a sector on a day, and which requests ask twice.

These are proposals for a pharmacist. Nothing here excludes a request.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LISTES = {"mco": "liste MCO (L162-22-7 CSS)", "smr": "liste SMR (L162-23-6 CSS)", "had": "liste HAD",
          "psy": "liste santé mentale", "autre": "autre liste"}  # fmt: skip
SECTEURS = {"mco": "MCO", "had": "HAD", "smr": "SMR", "psy": "psychiatrie", "medico_social": "médico-social"}


@dataclass(frozen=True)
class Ligne:
    """A row of a list: `fin` is its last day, included; an empty `indication` means all of them."""

    numero: int
    liste: str
    ucd: str
    indication: str
    libelle: str
    debut: date
    fin: date | None
    source: str

    def en_vigueur(self, le: date) -> bool:
        return self.debut <= le and (self.fin is None or le <= self.fin)


@dataclass(frozen=True)
class Demande:
    """What is asked: a drug for an indication in a sector of an establishment, on the day it came in."""

    numero: int
    secteur: str
    finess: str
    ucd: str
    indication: str
    le: date


@dataclass(frozen=True)
class Trouvee:
    """A row that funds the drug, and the sentence that says so. `certaine`: the indication is the same;
    otherwise the request or the row names none, and the pharmacist has to look.
    """

    ligne: Ligne
    certaine: bool
    phrase: str


@dataclass(frozen=True)
class Financement:
    """The lists of each sector, and whether the MCO list stands for the SMR list at the day looked at."""

    par_secteur: Mapping[str, Sequence[str]]
    mco_reputee_smr: bool = False
    source_reputee: str = ""

    def listes(self, secteur: str) -> tuple[str, ...]:
        """The lists where a drug for *secteur* is to be looked for, its own first."""
        propres = tuple(self.par_secteur.get(secteur, ()))
        if self.mco_reputee_smr and "smr" in propres and "mco" not in propres:
            return (*propres, "mco")
        return propres


def deja_financee(demande: Demande, lignes: Iterable[Ligne], financement: Financement) -> tuple[Trouvee, ...]:
    """The rows that fund *demande* on its day: same drug, a list of its sector, an indication that may agree.

    Those of the same indication first, then in the order of the lists and of the rows.
    """
    listes = financement.listes(demande.secteur)
    trouvees = [
        _trouvee(demande, ligne, financement)
        for ligne in lignes
        if ligne.ucd == demande.ucd
        and ligne.liste in listes
        and ligne.en_vigueur(demande.le)
        and _indications_compatibles(demande.indication, ligne.indication)
    ]
    return tuple(
        sorted(trouvees, key=lambda t: (not t.certaine, listes.index(t.ligne.liste), t.ligne.numero))
    )


def doublons(demande: Demande, autres: Iterable[Demande], jours: int) -> tuple[Demande, ...]:
    """The other requests for the same drug, indication and sector of the same establishment, no more than
    *jours* days apart.
    """
    periode = timedelta(days=jours)
    return tuple(
        autre
        for autre in autres
        if autre.numero != demande.numero
        and (autre.finess, autre.secteur, autre.ucd, autre.indication)
        == (demande.finess, demande.secteur, demande.ucd, demande.indication)
        and abs(autre.le - demande.le) <= periode
    )


def _indications_compatibles(demandee: str, inscrite: str) -> bool:
    return not demandee or not inscrite or demandee.upper() == inscrite.upper()


def _trouvee(demande: Demande, ligne: Ligne, financement: Financement) -> Trouvee:
    # A row without indication funds them all: it answers any request. A request without one answers nothing.
    certaine = not ligne.indication or bool(demande.indication)
    fin = f" au {ligne.fin:%d/%m/%Y}" if ligne.fin else ", sans date de fin"
    quoi = f"indication {ligne.indication}" if ligne.indication else "toutes indications"
    phrase = (
        f"Le {demande.le:%d/%m/%Y}, {ligne.libelle} (UCD {ligne.ucd}, {quoi}) est déjà inscrit sur la "
        f"{LISTES.get(ligne.liste, ligne.liste)} du {ligne.debut:%d/%m/%Y}{fin}. Source : {ligne.source}."
    )
    if ligne.liste == "mco" and demande.secteur == "smr":
        phrase += " Un médicament de la liste MCO est réputé inscrit sur la liste SMR"
        phrase += f" ({financement.source_reputee})."
    if not certaine:
        phrase += " La demande ne donne pas de code indication : comparez les indications avant de conclure."
    return Trouvee(ligne, certaine, phrase)
