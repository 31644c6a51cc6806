"""What the home page says of the lines to decide, the riskiest first."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from fanal.achats.queries.instruction import Criteres, dossiers_at, measure, queue
from fanal.achats.queries.tables import TYPE
from fanal.campagnes import registre
from fanal.campagnes.models import Campagne
from fanal.campagnes.rules import pluriel
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache
from fanal.interface.nombres import ecrire_montant
from fanal.territoires.noeuds import NATIONAL


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """One task per campaign with lines in control that wait for a decision of *user*."""
    held = perimetre(user, "ligne.decider", today)
    if held.vide:
        return
    for campagne in Campagne.objects.filter(type_campagne=TYPE):
        etapes = registre.obtenir(TYPE).reception("paat").etapes
        control = [e.code for e in etapes if e.controle]
        dossiers = dossiers_at(campagne, held, NATIONAL).filter(etape__in=control)
        if not dossiers.exists():
            continue
        found = measure(queue(dossiers, Criteres(), today), campagne)
        if found.lignes:
            gain = ecrire_montant(found.gain, 0)
            amount = f", {gain} de gain annuel déclaré" if gain else ""
            yield Tache(
                f"Décider des lignes : {campagne.titre}",
                f"{pluriel(found.lignes, 'ligne', 'lignes')} en contrôle{amount}, les plus risquées d'abord.",
                f"{reverse('achats:controle')}?annee={campagne.annee}&periode={campagne.periode}",
            )
