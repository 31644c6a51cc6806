"""Contracts that ask for a decision: renewals, ends, maximums, orders after the end."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from django.db.models import Count, Max, Q, Sum

from fanal.achats.rules.mots import jour, pourcent
from fanal.comptes.perimetre import Perimetre
from fanal.marches.compute.echeances import EN_COURS, EXPIRE_UTILISE, Vie
from fanal.marches.compute.plafond import ATTEINT, DEPASSE
from fanal.marches.models import Consommation, Marche, Modification
from fanal.marches.queries.etat import vies
from fanal.marches.queries.registre import registre
from fanal.marches.queries.situation import situations
from fanal.marches.rules.situation import Situation

ENCORE_UTILE = timedelta(days=365)  # orders after an end older than that were seen long ago


@dataclass(frozen=True)
class Alerte:
    """One contract and what it asks for. `nature`: preavis, fin, epuisement, expire_utilise."""

    marche: int
    nom: str
    identifiant: str
    nature: str
    echeance: date
    phrase: str
    retard: bool = False


def alertes(perimetre: Perimetre, le: date, horizon: timedelta) -> list[Alerte]:
    """The alerts of the contracts managed in *perimetre* due by *le* + *horizon*, the nearest first.

    A maximum counts by its projected day of exhaustion before the end, never by its percentage alone.
    """
    found = [a for marche, s in _suivis(perimetre, le, le + horizon) for a in alertes_de(marche, s, horizon)]
    return sorted(found, key=lambda a: (a.echeance, a.marche, a.nature))


def etat_du_perimetre(perimetre: Perimetre) -> Hashable:
    """A value that changes when the contracts managed in *perimetre*, or what is ordered on them, do."""
    contracts = Marche.objects.filter(perimetre.dossiers_q()).aggregate(
        n=Count("pk"), dernier=Max("updated_at"), actes=Sum("verrou")
    )
    used = Consommation.objects.filter(perimetre.dossiers_q("marche__")).aggregate(
        n=Count("pk"), dernier=Max("pk"), somme=Sum("montant_ht")
    )
    return (*contracts.values(), *used.values())


def _suivis(perimetre: Perimetre, le: date, limit: date) -> Iterator[tuple[Marche, Situation]]:
    """The contracts on the nodes of *perimetre* that may ask for something by *limit*.

    The register in memory says whose maximum or end does; orders are read again for those alone.
    """
    frame = registre(le)
    urgent = set(
        frame.filter((pl.col("epuisement") <= limit) | (pl.col("etat_temps") == EXPIRE_UTILISE))["marche_id"]
    )
    recent = Q(date_fin_totale__gte=le - ENCORE_UTILE) | Q(date_fin_totale__isnull=True)
    listed = Marche.objects.filter(
        perimetre.dossiers_q(), recent, etat__in=(Marche.Etat.NOTIFIE, Marche.Etat.RESILIE)
    )
    marches = list(listed.order_by("pk"))
    lives = vies(marches, le)
    asking = [
        m
        for m in marches
        if m.pk in urgent or m.maximum_quantite is not None or _nears_its_end(lives[m.pk], limit)
    ]
    facts = situations(asking, le)
    return ((m, facts[m.pk]) for m in asking)


def _nears_its_end(life: Vie, limit: date) -> bool:
    """Whether a notice, a period or the contract ends by *limit*."""
    return any(day is not None and day <= limit for day in (life.preavis_le, life.fin, life.fin_totale))


def alertes_de(marche: Marche, s: Situation, horizon: timedelta) -> Iterable[Alerte]:
    """What one contract asks for on the day of its situation."""
    limit = s.le + horizon
    life = s.vie
    if life.etat_temps == EXPIRE_UTILISE and life.fin is not None and s.derniere_commande is not None:
        yield _alerte(
            marche,
            "expire_utilise",
            life.fin,
            f"Ce marché a pris fin le {jour(life.fin)} ; une commande date du {jour(s.derniere_commande)}.",
            retard=True,
        )
    if life.etat_temps != EN_COURS:
        return
    if life.preavis_le is not None and s.le <= life.preavis_le <= limit:
        yield _alerte(
            marche,
            "preavis",
            life.preavis_le,
            f"Sans décision le {jour(life.preavis_le)} au plus tard, le marché est reconduit.",
        )
    if not s.tacite and life.prochaine is not None and life.fin is not None and life.fin <= limit:
        yield _alerte(
            marche,
            "preavis",
            life.fin,
            f"Sans décision expresse, le marché s'arrête le {jour(life.fin)}.",
        )
    if life.fin_totale is not None and life.fin_totale <= limit:
        yield _alerte(
            marche,
            "fin",
            life.fin_totale,
            f"Ce marché prend fin le {jour(life.fin_totale)}, sans reconduction.",
        )
    yield from _plafond(marche, s, limit)


def _plafond(marche: Marche, s: Situation, limit: date) -> Iterable[Alerte]:
    day = s.epuisement_proche
    if day is None or day > limit or not s.epuise_avant_la_fin:
        return
    gauge = s.jauge if day == s.epuisement else s.jauge_quantite
    part = f" ; {pourcent(gauge.taux, 0)} consommé" if gauge.taux is not None else ""
    if gauge.niveau in (DEPASSE, ATTEINT):
        word = "dépassé" if gauge.niveau == DEPASSE else "atteint"
        yield _alerte(
            marche, "epuisement", day, f"Le maximum est {word} depuis le {jour(day)}{part}.", retard=True
        )
        return
    yield _alerte(
        marche,
        "epuisement",
        day,
        f"Au rythme des douze derniers mois, le maximum est épuisé le {jour(day)}, avant la fin{part}.",
    )


def _alerte(marche: Marche, nature: str, echeance: date, phrase: str, *, retard: bool = False) -> Alerte:
    name = marche.objet if len(marche.objet) <= 60 else f"{marche.objet[:59].rstrip()}…"
    return Alerte(marche.pk, name, marche.identifiant, nature, echeance, phrase, retard)


def avenants_a_notifier(perimetre: Perimetre) -> list[tuple[int, str, int]]:
    """(contract, its name, number) of the modifications signed and not yet notified."""
    rows = Modification.objects.filter(
        perimetre.dossiers_q("marche__"), etat=Modification.Etat.SIGNEE
    ).select_related("marche")
    return [(m.marche_id, m.marche.objet[:60], m.numero) for m in rows.order_by("marche", "numero")]
