"""What the home page says of the lines to decide, the riskiest first."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from django.core.cache import cache
from django.urls import reverse

from fanal.achats.queries.instruction import Criteres, Mesure, dossiers_at, measure, queue
from fanal.achats.queries.reprise import lines_to_take
from fanal.achats.queries.tables import TYPE
from fanal.campagnes import registre
from fanal.campagnes.models import Campagne
from fanal.campagnes.queries.campagnes import toutes
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache
from fanal.interface.nombres import ecrire_montant
from fanal.memoire import Memoire, stable
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL
from fanal.territoires.queries import revision

GHTS_MAX = 3  # past that, an account is not a GHT's own


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """One task per campaign with lines in control that wait for a decision of *user*."""
    held = perimetre(user, "ligne.decider", today)
    if held.vide:
        return
    for campagne in toutes():
        if campagne.type_campagne != TYPE:
            continue
        found = _mesures.lire(
            (campagne.pk, held),
            (campagne.revision, *revision(), today),
            partial(_to_decide, campagne, held, today),
        )
        if found.lignes:
            gain = ecrire_montant(found.gain, 0)
            amount = f", {gain} de gain annuel déclaré" if gain else ""
            yield Tache(
                f"Décider des lignes : {campagne.titre}",
                f"{pluriel(found.lignes, 'ligne', 'lignes')} en contrôle{amount}, les plus risquées d'abord.",
                f"{reverse('achats:controle')}?annee={campagne.annee}&periode={campagne.periode}",
            )


# Until something is written in the campaign, or the day passes.
_mesures: Memoire[Mesure] = Memoire(200)


def _to_decide(campagne: Campagne, held: Perimetre, today: date) -> Mesure:
    etapes = registre.obtenir(TYPE).reception("paat").etapes
    control = [e.code for e in etapes if e.controle]
    dossiers = dossiers_at(campagne, held, NATIONAL).filter(etape__in=control)
    return measure(queue(dossiers, Criteres(), today), campagne)


def reprises(user: Utilisateur, today: date) -> Iterator[Tache]:
    """One task per GHT and open campaign for which operators declare lines that the trame lacks."""
    held = perimetre(user, "dossier.deposer", today)
    if held.national or not 0 < len(held.ghts) <= GHTS_MAX:
        return
    for campagne in toutes():
        if campagne.type_campagne != TYPE:
            continue
        if not local_day(campagne.ouverture) <= today <= local_day(campagne.correction_jusqu_au):
            continue
        for ght in stable(("achats.ghts", held.ghts), lambda: list(Ght.objects.filter(pk__in=held.ghts))):
            if count := _to_take(campagne, ght):
                lignes = pluriel(count, "ligne", "lignes")
                yield Tache(
                    f"Reprendre des lignes d'opérateurs : {campagne.titre}",
                    f"Les opérateurs déclarent {lignes} que la trame de {ght.code} n'a pas.",
                    f"{reverse('achats:reprise')}?annee={campagne.annee}&periode={campagne.periode}"
                    f"&territoire=ght:{ght.code}",
                    echeance=local_day(campagne.correction_jusqu_au),
                )


def _to_take(campagne: Campagne, ght: Ght) -> int:
    """How many lines the trame lacks, kept until the next write in the campaign."""
    key = f"achats:reprises:{campagne.pk}:{campagne.revision}:{ght.pk}"
    found = cache.get(key)
    if found is None:
        found = len(lines_to_take(campagne, ght))
        cache.set(key, found)
    return int(found)
