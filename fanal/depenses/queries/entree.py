"""What an intake of order lines is told of the register: establishments, families, rates, the lake."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from fanal import parametres
from fanal.achats.models import Nomenclature
from fanal.depenses.compute.conventions import ConventionsLignes
from fanal.depenses.models import EtatLac
from fanal.depenses.queries.lac import etat, manifeste, stockage
from fanal.depenses.rules.codes import juger_produit, juger_siret
from fanal.depots import formats
from fanal.depots.lecture import Correspondance
from fanal.moteurs.lac.entree.comparaison import Lac
from fanal.moteurs.lac.entree.definition import Regles
from fanal.moteurs.lac.entree.valeurs import ValeursDuLac
from fanal.refus import Inutilisable
from fanal.territoires.models import Etablissement, Niveau
from fanal.territoires.noeuds import Noeud

FORMAT = "lignes_commande"
_EPOQUE = date(1970, 1, 1)
_SANS_FIN = 2_000_000


@dataclass(frozen=True)
class EtatLu:
    """The lake as read before writing: what the commit is compared with."""

    version: int
    revision: int
    codes: dict[str, int]
    lac: Lac
    valeurs: ValeursDuLac


def lire_etat() -> EtatLu:
    """The state of the lake and its files, brought near."""
    now: EtatLac = etat()
    state, store = manifeste(), stockage()
    lac = Lac(
        [(f.nom, store.chemin(f.nom), f.etablissements) for f in state.lignes],
        [store.chemin(n) for n in state.effacements],
    )
    valeurs = ValeursDuLac([store.chemin(n) for n in state.valeurs])
    return EtatLu(now.version, now.revision, dict(now.codes), lac, valeurs)


def conventions(correspondance: Correspondance | None) -> ConventionsLignes:
    """How unusual texts are understood, under the conventions of a mapping."""
    known = correspondance or Correspondance("")
    return ConventionsLignes(
        formats.charger(FORMAT).principal,
        codes=known.codes,
        ordre_dates=known.formats.get("dates", "jma"),
        signe_decimal=known.formats.get("decimale", ""),
        familles=familles(),
        produit=juger_produit,
        siret=juger_siret,
    )


def familles() -> frozenset[str]:
    """The families of the nomenclature; none while it is not loaded."""
    return frozenset(f for f in Nomenclature.objects.values_list("famille", flat=True).distinct() if f)


def regles(
    *, instant: datetime, mois: frozenset[int], correspondance: Correspondance | None,
    finess_permis: frozenset[str] | None,
) -> Regles:  # fmt: skip
    """The rules of an intake on the day it is received. Raises `Inutilisable` for a wrong convention."""
    day = timezone.localdate(instant)
    known = correspondance.formats if correspondance else {}
    first = int(parametres.valeur("depenses.entree.annee_minimum", le=day))
    return Regles(
        etablissements=frozenset(Etablissement.objects.values_list("finess", flat=True)),
        jour_min=(date(first, 1, 1) - _EPOQUE).days,
        jour_max=(day - _EPOQUE).days,
        permis=finess_permis,
        mois=mois,
        taux=_taux(),
        familles=familles(),
        tolerance=int(parametres.valeur("depenses.entree.tolerance_centimes", le=day)),
        decimales_prix=_decimales(known.get("decimales_prix")),
        avoirs_positifs=known.get("avoirs") == "positifs",
    )


def _decimales(texte: str | None) -> int | None:
    if not texte:
        return None
    if not str(texte).isdigit() or int(texte) > 6:
        raise Inutilisable(
            f"Le nombre de décimales des prix de la correspondance, « {texte} », n'est pas un nombre de 0 à "
            "6. Corrigez la correspondance."
        )
    return int(texte)


def _taux() -> tuple[tuple[int, int, frozenset[int]], ...]:
    values = parametres.catalogue()["depenses.tva.taux"].valeurs
    ordered = sorted(values, key=lambda v: v.depuis)
    periods = []
    for rank, value in enumerate(ordered):
        after = ordered[rank + 1].depuis if rank + 1 < len(ordered) else None
        end = (value.jusqu_a - _EPOQUE).days if value.jusqu_a else (
            (after - _EPOQUE).days - 1 if after else _SANS_FIN
        )  # fmt: skip
        rates = frozenset(round(float(t) * 100) for t in value.valeur)
        periods.append(((value.depuis - _EPOQUE).days, end, rates))
    return tuple(periods)


def finess_de(noeud: Noeud) -> frozenset[str] | None:
    """The establishments that a node deposits for; `None`: all of them."""
    if noeud.niveau == Niveau.NATIONAL:
        return None
    if noeud.niveau == Niveau.ETABLISSEMENT:
        return frozenset([noeud.code])
    field = "appartenances__ght__region" if noeud.niveau == Niveau.REGION else "appartenances__ght"
    rows = Etablissement.objects.filter(**{field: noeud.objet})
    return frozenset(rows.values_list("finess", flat=True))
