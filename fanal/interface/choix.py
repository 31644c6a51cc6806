"""The nodes an account may stand on, as a tree for the territory switch."""

from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest

from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.interface.ici import droits_de, ici, parametre
from fanal.interface.sources import cle_texte
from fanal.territoires.models import Appartenance, Etablissement, Ght, Niveau, Region
from fanal.territoires.noeuds import NATIONAL, Noeud


@dataclass
class Branche:
    """One node one may choose, and those below it."""

    titre: str
    parametre: str
    courant: bool
    branches: list["Branche"] = field(default_factory=list)

    @property
    def ouverte(self) -> bool:
        """Whether the node one stands on is this one or below it."""
        return self.courant or any(branche.ouverte for branche in self.branches)


def branches(request: HttpRequest, le: date) -> list[Branche]:
    """The tree national › région › GHT, pruned to what the account of *request* sees on day *le*.

    The establishments of a GHT are listed only below the one where the account stands: there are thousands.
    """
    if not isinstance(request.user, Utilisateur):
        return []
    visible = perimetre(request.user, "campagne.voir", le)
    courant = ici(request, le).noeud
    membres = _etablissements(courant, le)
    regions: dict[int, Branche] = {}
    racine: list[Branche] = []
    if visible.contient(NATIONAL):
        racine.append(_branche(NATIONAL, courant, "France entière"))
    for region in sorted(Region.objects.all(), key=lambda region: cle_texte(region.nom)):
        noeud = Noeud(Niveau.REGION, region)
        if visible.contient(noeud):
            regions[region.pk] = _branche(noeud, courant)
            racine.append(regions[region.pk])
    for ght in Ght.objects.filter(visible.ghts_q()).select_related("region"):
        feuille = _branche(Noeud(Niveau.GHT, ght), courant)
        feuille.branches = membres.get(ght.pk, [])
        (regions[ght.region_id].branches if ght.region_id in regions else racine).append(feuille)
    connus = {branche.parametre for branche in _toutes(racine)}
    autres = [noeud for noeud in droits_de(request, le).noeuds if parametre(noeud) not in connus]
    return racine + [_branche(noeud, courant) for noeud in autres]


def _branche(noeud: Noeud, courant: Noeud, titre: str = "") -> Branche:
    return Branche(titre or str(noeud), parametre(noeud), noeud == courant)


def _etablissements(courant: Noeud, le: date) -> dict[int, list[Branche]]:
    """The establishments of the GHT on which one stands, or of the GHT of one's establishment."""
    membres = Appartenance.objects.en_vigueur(le)
    match courant.objet:
        case Ght():
            ghts = [courant.objet.pk]
        case Etablissement():
            ghts = list(membres.filter(etablissement=courant.objet).values_list("ght_id", flat=True))
        case _:
            return {}
    rangs: dict[int, list[Branche]] = {}
    for membre in membres.filter(ght__in=ghts).select_related("etablissement"):
        branche = _branche(Noeud(Niveau.ETABLISSEMENT, membre.etablissement), courant)
        rangs.setdefault(membre.ght_id, []).append(branche)
    return rangs


def _toutes(racine: list[Branche]) -> list[Branche]:
    return [b for branche in racine for b in (branche, *_toutes(branche.branches))]
