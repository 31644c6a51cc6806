"""What the account may see, for every part of this API. Raises 404 for what lies elsewhere."""

from django.http import HttpRequest

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.comptes.acces import INVISIBLE, exiger
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

DOSSIER = (
    "campagne",
    "version_courante__depot",
    "region",
    "ght__region",
    "etablissement",
    "operateur__region",
)


def dossier_de(request: HttpRequest, numero: int, permission: str = "dossier.voir") -> Dossier:
    """The dossier, when the account holds *permission* on its node; 403 when it only sees it."""
    here = Dossier.objects.exclude(campagne__type_campagne__in=registre.ailleurs())
    dossier = here.select_related(*DOSSIER).filter(pk=numero).first()
    if dossier is None:
        raise Introuvable(INVISIBLE)
    exiger(request, "dossier.voir", Noeud.de(dossier))
    if permission != "dossier.voir":
        exiger(request, permission, Noeud.de(dossier))
    return dossier


def version_de(dossier: Dossier, numero: int | None) -> Version:
    """A version of the dossier, the current one when no number is given."""
    versions = dossier.versions.select_related("depot__original", "auteur", "dossier__campagne")
    version = (
        versions.filter(numero=numero).first()
        if numero
        else versions.filter(pk=dossier.version_courante_id or 0).first()
    )
    if version is None:
        raise Introuvable(
            f"Ce dossier n'a pas de version {numero}. La liste de ses versions donne leurs numéros."
            if numero
            else "Rien n'a encore été déposé dans ce dossier."
        )
    return version


def campagne_de(request: HttpRequest, code: str) -> Campagne:
    """A campaign, when the account sees campaigns."""
    exiger(request, "campagne.voir")
    campagne = Campagne.objects.filter(code=code).first()
    if campagne is None:
        raise Introuvable(f"La campagne « {code} » n'existe pas. La liste des campagnes donne leurs codes.")
    return campagne
