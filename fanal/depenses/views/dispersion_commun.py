"""What the pages of prices share: the establishments compared, the period, how a price is written."""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from fanal.depenses.queries.dispersion import ACHATS, tarifs_de
from fanal.depenses.queries.dispersion_prix import TarifsGht
from fanal.depenses.views.demande import Demande
from fanal.depenses.views.lieu import Lieu
from fanal.interface.ici import parametre
from fanal.interface.nombres import ecrire_nombre
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.territoires.models import Appartenance, Ght, Niveau
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Terrain:
    """Where prices are compared. `finess`: the establishments whose prices the account reads, None for all;
    `ght`: theirs when they are of one; `nom`: how a sentence names them."""

    finess: frozenset[str] | None
    ght: Ght | None
    nom: str

    @property
    def ferme(self) -> bool:
        """Whether the account may read not one price here."""
        return self.finess is not None and not self.finess


def voisins(place: Lieu) -> tuple[frozenset[str] | None, Ght | None]:
    """The establishments whose sums the account reads on the territory, or in the GHT of an establishment."""
    today = timezone.localdate()
    ght = ght_de(place.noeud, today)
    if place.noeud.niveau != Niveau.ETABLISSEMENT or ght is None:
        return place.finess, ght
    members = Appartenance.objects.en_vigueur(today).filter(ght=ght)
    here = frozenset(members.values_list("etablissement__finess", flat=True))
    return (here if place.portee.finess is None else here & place.portee.finess), ght


def terrain(place: Lieu) -> Terrain:
    """The establishments compared: those whose prices the account reads."""
    here, ght = voisins(place)
    held = place.portee.prix
    if held is not None:
        here = held if here is None else here & held
    name = place.nom if place.noeud.niveau != Niveau.ETABLISSEMENT or ght is None else str(ght)
    return Terrain(here, ght, name)


def ght_de(noeud: Noeud, le: date) -> Ght | None:
    """The GHT of a node on a day, None above it or outside any."""
    if noeud.objet is None:
        return None
    if noeud.niveau == Niveau.GHT:
        return Ght.objects.get(pk=noeud.objet.pk)
    if noeud.niveau == Niveau.ETABLISSEMENT:
        found = Appartenance.objects.en_vigueur(le).filter(etablissement=noeud.objet.pk).first()
        return None if found is None else found.ght
    return None


def jours(asked: Demande, place: Lieu) -> tuple[date, date]:
    """The first and last day of the months asked; those with lines where nothing is asked."""
    first, last = _jour(asked.du, place.premier), _jour(asked.au, place.dernier)
    return first, last.replace(day=calendar.monthrange(last.year, last.month)[1])


def _jour(text: str, otherwise: int) -> date:
    year, _, month = text.partition("-")
    if month:
        return date(int(year), int(month), 1)
    return date(otherwise // 12, otherwise % 12 + 1, 1) if otherwise else timezone.localdate().replace(day=1)


def tarifs(ground: Terrain, asked: Demande, place: Lieu) -> TarifsGht:
    """The prices of the contracts of the GHT over the period."""
    return tarifs_de(ground.ght, *jours(asked, place))


def requete(asked: Demande, place: Lieu) -> str:
    """The period and the filters, as pages of prices read them in their address."""
    pairs = [("territoire", parametre(place.noeud)), ("du", asked.du), ("au", asked.au)]
    pairs += [("famille", asked.famille)]
    return urlencode([*((k, v) for k, v in pairs if v), *(("filtre", t) for t in asked.libres.textes())])


def adresse_lignes(filtres: Filtres, ground: Terrain, place: Lieu) -> str:
    """The very lines behind a figure of prices."""
    node = place.noeud if ground.ght is None else Noeud(Niveau.GHT, ground.ght)
    territory = urlencode({"territoire": parametre(node)})
    return f"{reverse('depenses:lignes')}?{territory}&{filtres.en_requete()}"


def du_produit(
    filtres: Filtres,
    code: str,
    unites: tuple[str, ...] = (),
    finess: str = "",
    types: tuple[str, ...] = ACHATS,
) -> Filtres:
    """The lines that a mean price was computed from: orders and credit notes of the same units."""
    found = filtres.avec("code_produit", "=", code)
    if types:
        found = found.avec("type_ligne", "=", *types)
    if unites:
        found = found.avec("unite", "=", *unites)
    return found.avec("finess", "=", finess) if finess else found


def ecrire_prix(prix: Decimal | None) -> str:
    """« 0,38 € », with as many decimals as a small price needs."""
    if prix is None:
        return "non calculable"
    if prix == 0 or prix >= 1:
        return f"{ecrire_nombre(prix, 2)} €"
    return f"{ecrire_nombre(prix, 2 if prix >= Decimal('0.1') else 4)} €"
