"""What an act on a contract knows: the contract, its facts, the account, and whom the account acts for."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from fanal.comptes.acces import compte, perimetre_de
from fanal.comptes.models import Utilisateur
from fanal.marches.models import Beneficiaire, Marche, Modification
from fanal.marches.queries.portee import marches_visibles, un_marche
from fanal.marches.queries.situation import situation
from fanal.marches.rules.situation import Situation
from fanal.territoires import queries as territoires
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import Noeud


@dataclass
class Contexte:
    """One contract before one account, at one instant."""

    request: HttpRequest
    marche: Marche
    situation: Situation
    instant: datetime

    @property
    def by(self) -> Utilisateur:
        return compte(self.request)

    @property
    def today(self) -> date:
        return self.situation.le

    def gere(self, permission: str) -> bool:
        """Whether the account holds *permission* on the contract's own node."""
        return perimetre_de(self.request, permission).contient(Noeud.de(self.marche))

    @cached_property
    def voit_les_pieces(self) -> bool:
        """Papers hold prices and offers: business secrets, for those who may see unit prices here."""
        held = perimetre_de(self.request, "prix.voir")
        return not held.vide and marches_visibles(held).filter(pk=self.marche.pk).exists()

    @cached_property
    def commandeurs(self) -> list[Etablissement]:
        """The establishments that the account may order for: beneficiaries, or members when there is none."""
        held = perimetre_de(self.request, "consommation.saisir")
        if held.vide:
            return []
        ledger = Beneficiaire.objects.filter(marche=self.marche).values("etablissement")
        listed = Etablissement.objects.filter(pk__in=ledger).order_by("nom")
        if not self.situation.parts:
            listed = self.membres
        return list(listed.filter(held.etablissements_q()))

    @property
    def membres(self) -> QuerySet[Etablissement]:
        """Who may be a beneficiary: the owner, the members of its GHT and of those that joined."""
        if self.marche.etablissement_id is not None:
            return Etablissement.objects.filter(pk=self.marche.etablissement_id)
        ghts = Q(pk__in=self.marche.adhesions.values("ght"))
        if self.marche.ght_id is not None:
            ghts |= Q(pk=self.marche.ght_id)
        keys = {
            key
            for ght in Ght.objects.filter(ghts)
            for key in territoires.etablissements_du_ght(ght, self.today).values_list("pk", flat=True)
        }
        return Etablissement.objects.filter(pk__in=keys).order_by("nom")

    @cached_property
    def ghts(self) -> list[Ght]:
        """The GHT that the account manages contracts of, the contract's own first."""
        held = perimetre_de(self.request, "marche.gerer")
        found = list(Ght.objects.filter(held.ghts_q()).order_by("code"))
        return sorted(found, key=lambda g: g.pk != self.marche.ght_id)

    @cached_property
    def avenants_signes(self) -> list[Modification]:
        """The modifications that wait for their notification."""
        return list(self.marche.modifications.filter(etat=Modification.Etat.SIGNEE))


def contexte_de(request: HttpRequest, pk: int) -> Contexte:
    """The contract of that number before this account. Raises Introuvable."""
    seen = un_marche(pk, perimetre_de(request, "marche.voir"))
    now = timezone.now()
    return Contexte(request, seen, situation(seen, timezone.localdate(now)), now)
