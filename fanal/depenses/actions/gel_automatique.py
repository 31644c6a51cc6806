"""Freezing by itself the references of the actions that are notified, once the months before are received.

Rule: the quantity at constant activity is frozen at notification (DGOS/PF1/2019/183). Running twice freezes
nothing more; a person may replace what was frozen here, and what a person froze is never replaced here.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from fanal.achats.queries.versions import TYPE
from fanal.campagnes.queries.campagnes import toutes
from fanal.depenses.actions.references import Gel, geler
from fanal.depenses.compute.gains_reference import DOUZE_MOIS
from fanal.depenses.models import FichierLac
from fanal.depenses.queries.gains import ActionProuvee, prouver
from fanal.depenses.queries.gains_actions import ActionLue, lire_actions, regles
from fanal.depenses.queries.gains_gel import attente, cle, notifiee, verrous
from fanal.depenses.queries.lac import codes_etablissements, etat
from fanal.depenses.rules.references import check_gel
from fanal.refus import Inutilisable, Refus
from fanal.territoires.models import Etablissement

MOTIF = "Gel automatique : action notifiée, mois d'avant la première commande tous reçus."
# Actions proved together: what is held in memory at once.
PAQUET = 500
# Actions frozen by one run: what is left waits for the next day.
LIMITE = 5000


def geler_pretes(
    *, le: date, instant: datetime, finess: frozenset[str] | None = None, annees: Sequence[int] | None = None
) -> int:
    """Freeze every reference that is ready on day *le*; returns how many were.

    *finess* and *annees* restrict to some establishments and plans; None: all of them. A year without rules
    is left out, as its page is.
    """
    count = frozen = 0
    if not etat().version:
        return 0
    for year in _annees() if annees is None else annees:
        for lot in _paquets(year, le, finess):
            # Read before the proof: whoever freezes meanwhile is not overwritten.
            locks = verrous(lot)
            for found in prouver(lot, year, le):
                gels = _gels(found, le)
                if not gels:
                    continue
                written = _geler(found.lue, gels, locks[cle(found.lue)], instant)
                count, frozen = count + written, frozen + 1
                if frozen >= LIMITE:
                    return count
    return count


def geler_apres(*, depot: int, le: date, instant: datetime) -> int:
    """The same after a deposit (its primary key), for its establishments and the plans near its months."""
    files = FichierLac.objects.filter(depot=depot, genre=FichierLac.Genre.LIGNES)
    rows = list(files.values_list("etablissements", "mois_min", "mois_max"))
    codes = {code for places, _, _ in rows for code in places}
    if not codes:
        return 0
    known = codes_etablissements(Etablissement.objects.values_list("finess", flat=True))
    years = [m // 12 for _, first, last in rows for m in (first, last) if m is not None]
    near = [y for y in _annees() if years and min(years) - 1 <= y <= max(years) + 1]
    places = frozenset(name for name, code in known.items() if code in codes)
    return geler_pretes(le=le, instant=instant, finess=places, annees=near)


def _annees() -> list[int]:
    return sorted({c.annee for c in toutes() if c.type_campagne == TYPE}, reverse=True)


def _paquets(annee: int, le: date, finess: frozenset[str] | None) -> Iterator[list[ActionLue]]:
    """The actions worth a proof: measurable, notified, begun, of these establishments."""
    try:
        regles(annee)
        every = lire_actions(annee, None, le)
    except Inutilisable:
        return
    wanted = [
        a for a in every if not a.blocages and (finess is None or a.finess in finess) and notifiee(a, le)
    ]
    for start in range(0, len(wanted), PAQUET):
        yield wanted[start : start + PAQUET]


def _gels(found: ActionProuvee, le: date) -> list[Gel]:
    """What a person choosing the twelve months for each of these products would freeze."""
    gels = []
    for product in attente(found, le).prets:
        held = found.propositions[product.cle]
        try:
            check_gel(source=DOUZE_MOIS, prix=held.prix, quantite=held.quantite, motif=MOTIF, remplace=False)
        except Refus:
            # Free units alone make a price of zero: only a person can say what the reference is.
            continue
        gels.append(Gel(product.cle, DOUZE_MOIS, held.prix, held.quantite, product.unite, held.du, held.au))
    return gels


def _geler(read: ActionLue, gels: Sequence[Gel], verrou: str, instant: datetime) -> int:
    try:
        return len(geler(action=read, gels=gels, motif=MOTIF, attendu=verrou, by=None, instant=instant))
    except Refus:
        # Somebody froze one of them since: theirs holds, the rest is looked at again at the next run.
        return 0
