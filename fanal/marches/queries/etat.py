"""Where contracts stand on a day: their life, read in a fixed number of queries however many they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Max

from fanal.marches.compute.echeances import Decision, DonneesVie, Vie, calculer
from fanal.marches.models import Consommation, Marche, Reconduction

PAQUET = 5000  # identifiers per query: SQLite takes about 32,000 parameters


def donnees_vie(
    marche: Marche, decisions: Iterable[Decision] = (), derniere_commande: date | None = None
) -> DonneesVie:
    """The dates of *marche* as the computation takes them."""
    return DonneesVie(
        date_debut=marche.date_debut,
        date_notification=marche.date_notification,
        date_fin=marche.date_fin,
        date_fin_totale=marche.date_fin_totale,
        duree_mois=marche.duree_mois,
        reconductions_prevues=marche.reconductions_prevues,
        reconduction_mois=marche.reconduction_mois,
        reconduction_tacite=marche.reconduction_tacite,
        preavis_mois=marche.preavis_mois,
        fin_anticipee_le=marche.fin_anticipee_le,
        decisions=tuple(decisions),
        derniere_commande=derniere_commande,
    )


def vies(marches: Iterable[Marche], le: date) -> dict[int, Vie]:
    """The life of each contract on day *le*, by primary key; two queries per 5,000 contracts."""
    found: dict[int, Vie] = {}
    listed = list(marches)
    for lot in (listed[i : i + PAQUET] for i in range(0, len(listed), PAQUET)):
        keys = [m.pk for m in lot]
        decisions, derniere = decisions_de(keys), _dernieres(keys)
        for marche in lot:
            found[marche.pk] = calculer(
                donnees_vie(marche, decisions[marche.pk], derniere.get(marche.pk)), le
            )
    return found


def vie(marche: Marche, le: date) -> Vie:
    """The life of one contract on day *le*."""
    return vies([marche], le)[marche.pk]


def decisions_de(keys: Sequence[int]) -> dict[int, list[Decision]]:
    """What was recorded about the renewals of each contract."""
    found: dict[int, list[Decision]] = defaultdict(list)
    rows = Reconduction.objects.filter(marche__in=keys).order_by("marche", "numero")
    for marche, numero, sens, debut, fin in rows.values_list("marche", "numero", "sens", "debut", "fin"):
        found[marche].append(Decision(numero, sens, debut, fin))
    return found


def _dernieres(keys: Sequence[int]) -> dict[int, date]:
    rows = Consommation.objects.filter(marche__in=keys).order_by().values("marche")
    return dict(rows.annotate(derniere=Max("le")).values_list("marche", "derniere"))
