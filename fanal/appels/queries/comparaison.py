"""The projects of a call compared on one indicator, at one due date or at their latest measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fanal.appels.compute.comparaison import Dispersion, dispersion, place
from fanal.appels.models import Appel, Attribution, Indicateur, Jalon
from fanal.appels.queries.suivi import EtatIndicateur, Projet, accords, mesure_a, projets
from fanal.campagnes.models import Dossier


@dataclass(frozen=True)
class Rang:
    """A project on one indicator: what it declared and where it stands. `valeur` None: not measured."""

    projet: Projet
    etat: EtatIndicateur
    valeur: Decimal | None
    le: date | None
    place: str

    @property
    def ecart_passe(self) -> Decimal | None:
        return self.etat.evolution.ecart


@dataclass(frozen=True)
class Comparaison:
    """The spread of an indicator over every project of the call, and the rows that the account may read."""

    indicateur: Indicateur
    echeance: str
    dispersion: Dispersion
    rangs: list[Rang]
    attendus: int

    @property
    def manquants(self) -> int:
        """Projects that did not measure."""
        return self.attendus - self.dispersion.nombre


def echeances(appel: Appel) -> list[str]:
    """The due dates of indicators in the call, by name, in the order of days."""
    noms = Jalon.objects.filter(dossier__campagne=appel.campagne, nature=Jalon.Nature.RELEVE)
    return list(dict.fromkeys(noms.order_by("initial_le").values_list("titre", flat=True)))


def comparer(
    appel: Appel, indicateur: Indicateur, echeance: str, visibles: Sequence[int], le: date
) -> Comparaison:
    """*indicateur* over the call at *echeance* (empty: each one's latest measure); rows of the dossiers
    *visibles* only, the spread of all. Abandoned projects do not count.
    """
    tous = [p for p in projets(_de(appel), le) if not p.abandonne]
    return depuis(tous, indicateur, echeance, visibles)


def depuis(
    tous: Sequence[Projet], indicateur: Indicateur, echeance: str, visibles: Sequence[int]
) -> Comparaison:
    """The same from projects already read."""
    lus = []
    for p in tous:
        etat = next(e for e in p.indicateurs if e.indicateur.pk == indicateur.pk)
        mesure = mesure_a(p, etat, echeance) if echeance else etat.derniere
        lus.append((p, etat, mesure))
    spread = dispersion([m.valeur for _, _, m in lus if m is not None])
    permis = set(visibles)
    rangs = [
        Rang(
            p,
            etat,
            m.valeur if m else None,
            m.jour if m else None,
            place(m.valeur, spread, indicateur.sens) if m else "",
        )
        for p, etat, m in lus
        if p.dossier.pk in permis
    ]
    return Comparaison(indicateur, echeance, spread, rangs, len(lus))


def tout(appel: Appel, le: date) -> list[Projet]:
    """Every project of a call, abandoned ones too: for reports of those who follow them all."""
    return projets(_de(appel), le)


def _de(appel: Appel) -> list[Attribution]:
    return list(accords(Dossier.objects.filter(campagne=appel.campagne)))
