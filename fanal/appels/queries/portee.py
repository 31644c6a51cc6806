"""What an account sees of calls and dossiers. Every page, act and API operation of calls passes through here.

Two sides look at a dossier. The applicant (`candidature.voir` on its node) sees it at every step. Those who
instruct (`instruction.voir` on its node) see it once it has been handed in. Readers of the jury and experts
come through their own desks, dossier by dossier. For everybody else it does not exist (404).
"""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from fanal.appels.models import Appel
from fanal.appels.queries.enveloppes import avec_etape_vue, tel_que_vu
from fanal.appels.types_campagne import TYPE
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE, exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.memoire import stable
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

RELIES = (
    "campagne__appel",
    "version_courante",
    "region",
    "ght__region",
    "etablissement",
    "operateur",
)


TOUT = Q(pk__isnull=False)


def candidatures(request: HttpRequest) -> QuerySet[Dossier]:
    """The dossiers of calls that the account may see."""
    return candidatures_de(
        perimetre_de(request, "candidature.voir"), perimetre_de(request, "instruction.voir")
    )


def candidatures_de(siennes: Perimetre, instruites: Perimetre) -> QuerySet[Dossier]:
    """The same from two perimeters: those of its own side, those it instructs (handed in once).

    Each has `etape_vue`, the step that the account may know: an applicant learns a decision from its letter.
    """
    visible = _ou_tout(siennes.dossiers_q()) | (instruites.dossiers_q() & Q(version_courante__isnull=False))
    dossiers = Dossier.objects.filter(visible, campagne__type_campagne=TYPE).select_related(*RELIES)
    return avec_etape_vue(dossiers, instruites)


def etapes_sous(perimetre: Perimetre) -> frozenset[str]:
    """The real steps where dossiers of calls stand in a perimeter: most have none, so this is asked first.

    Says whether to look, never what to show: an applicant does not know every step of its dossier.
    """

    def read() -> frozenset[str]:
        siens = Dossier.objects.filter(perimetre.dossiers_q(), campagne__type_campagne=TYPE)
        return frozenset(siens.order_by().values_list("etape", flat=True).distinct())

    return stable(("appels.etapes", perimetre), read)


def candidature_de(request: HttpRequest, numero: int, permission: str = "") -> Dossier:
    """A dossier the account sees, as it may know it; with *permission*, one it may also act upon there.

    Raises Introuvable (404) when it does not see it, Interdit (403) when it may not act.
    """
    dossier = candidatures(request).filter(pk=numero).first()
    if dossier is None:
        raise Introuvable(INVISIBLE)
    if permission:
        exiger(request, permission, Noeud.de(dossier))
    return tel_que_vu(dossier)


def est_declarant(request: HttpRequest, dossier: Dossier) -> bool:
    """Whether the account looks at the dossier from the applicant's side."""
    return perimetre_de(request, "candidature.voir").contient(Noeud.de(dossier))


def organise(request: HttpRequest, appel: Appel, permission: str) -> bool:
    """Whether the account holds *permission* on the node that organises the call."""
    return perimetre_de(request, permission).contient(Noeud.de(appel))


def appels_visibles(request: HttpRequest) -> QuerySet[Appel]:
    """The published calls the account's territory may answer or instruct, and those it writes itself.

    A national call is seen by all; a regional one by those who stand in the région (or above it).
    """
    tous = Appel.objects.select_related("campagne", "formulaire", "region")
    vus = perimetre_de(request, "appel.voir")
    gere = perimetre_de(request, "appel.gerer")
    publies = Q(etat=Appel.Etat.OUVERT, publie_le__lte=timezone.now())
    return tous.filter((publies & (Q(niveau="national") | _regions(vus))) | _ou_tout(gere.dossiers_q()))


def _ou_tout(filtre: Q) -> Q:
    """*filtre*, written out when it takes everything: an empty Q vanishes from an « or »."""
    return filtre or TOUT


def _regions(vus: Perimetre) -> Q:
    """Calls of the régions where the perimeter stands, through any of its nodes."""
    if vus.national:
        return TOUT
    return (
        Q(region__in=vus.regions)
        | Q(region__ghts__in=vus.ghts)
        | Q(region__departements__etablissement__in=vus.etablissements)
        | Q(region__ghts__appartenances__etablissement__in=vus.etablissements)
    )


def un_appel(request: HttpRequest, code: str, permission: str = "") -> Appel:
    """A call the account sees, by the code of its campaign; with *permission*, one it organises.

    Raises Introuvable (404) or Interdit (403).
    """
    appel = appels_visibles(request).filter(campagne__code=code).distinct().first()
    if appel is None:
        raise Introuvable(INVISIBLE)
    if permission:
        exiger(request, permission, Noeud.de(appel))
    return appel
