"""What the pages share: finding what the account may see, and the path back."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Dossier, Envoi, Version
from fanal.campagnes.queries.campagnes import toutes
from fanal.comptes.acces import INVISIBLE, exiger, perimetre_de
from fanal.depots import formats
from fanal.memoire import stable
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

Fil = Sequence[tuple[str, str]]
DOSSIER = ("campagne", "version_courante__depot", "region", "ght__region", "etablissement", "operateur")


def dossier_de(request: HttpRequest, numero: int, permission: str = "dossier.voir") -> Dossier:
    """The dossier, when the account holds *permission* on its node. Raises 404 elsewhere, 403 when it may
    not.
    """
    dossier = stable(("campagnes.dossier", numero), lambda: _dossier(numero), lourd=True)
    if dossier is None:
        raise Introuvable(INVISIBLE)
    exiger(request, permission, Noeud.de(dossier))
    return dossier


def _dossier(numero: int) -> Dossier | None:
    """A dossier whose domain has pages of its own is not found here: its acts have other conditions."""
    found = Dossier.objects.exclude(campagne__type_campagne__in=registre.ailleurs())
    return found.select_related(*DOSSIER).filter(pk=numero).order_by().first()


def version_de(request: HttpRequest, dossier: Dossier, numero: int) -> Version:
    """A version of a dossier that the account may see."""
    version = stable(("campagnes.version", dossier.pk, numero), lambda: _version(dossier, numero), lourd=True)
    if version is None:
        raise Introuvable(
            f"Ce dossier n'a pas de version {numero}. Revenez au dossier pour voir ses versions."
        )
    return version


def _version(dossier: Dossier, numero: int) -> Version | None:
    versions = dossier.versions.select_related(
        "depot__original", "depot__auteur", "auteur", "dossier__campagne"
    )
    return versions.filter(numero=numero).order_by().first()


def envoi_de(request: HttpRequest, numero: int) -> Envoi:
    """A file sent through a page, for those who deposit for its node."""
    envoi = (
        Envoi.objects.select_related("campagne", "original", "correspondance", "auteur", "version")
        .filter(pk=numero)
        .first()
    )
    if envoi is None:
        raise Introuvable(INVISIBLE)
    reception = registre.obtenir(envoi.campagne.type_campagne).reception(envoi.format)
    exiger(request, reception.permission, Noeud.de(envoi))
    return envoi


def campagne_de(request: HttpRequest, code: str, permission: str = "campagne.voir") -> Campagne:
    """A campaign, when the account sees campaigns."""
    exiger(request, permission)
    campagne = next((c for c in toutes() if c.code == code), None)
    if campagne is None:
        raise Introuvable(f"La campagne « {code} » n'existe pas. Revenez à la liste des campagnes.")
    return campagne


def peut_sur(request: HttpRequest, permission: str, noeud: Noeud) -> bool:
    """Whether the account holds *permission* on that node today."""
    return perimetre_de(request, permission).contient(noeud)


def titre_format(format: str) -> str:
    """The French title of a format."""
    return formats.charger(format).titre


def fil_campagnes() -> list[tuple[str, str]]:
    return [("Campagnes", reverse("campagnes:liste"))]


def fil_campagne(campagne: Campagne) -> list[tuple[str, str]]:
    return [*fil_campagnes(), (campagne.titre, reverse("campagnes:campagne", args=[campagne.code]))]


def fil_dossier(dossier: Dossier) -> list[tuple[str, str]]:
    """The path back from the pages of a dossier."""
    return [*fil_campagne(dossier.campagne), (nom_dossier(dossier), url_dossier(dossier))]


def nom_dossier(dossier: Dossier) -> str:
    """How a page names a dossier: whose, and what when it is not the main format."""
    return f"{dossier.nom_noeud}" if dossier.noeud else titre_format(dossier.format)


def url_dossier(dossier: Dossier) -> str:
    return reverse("campagnes:dossier", args=[dossier.pk])


def url_version(version: Version, nom: str = "version", *suite: Any) -> str:
    return reverse(f"campagnes:{nom}", args=[version.dossier_id, version.numero, *suite])
