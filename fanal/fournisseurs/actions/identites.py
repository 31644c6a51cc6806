"""Suppliers found or created by their identity, many at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from fanal.fournisseurs.compute.noms import normaliser_nom
from fanal.fournisseurs.models import Fournisseur
from fanal.fournisseurs.rules.identites import LONGUEUR, Identite, controler
from fanal.journal.actions import inscrire

T = TypeVar("T")
LOT = 900  # what one SQLite statement may carry
Cle = tuple[str, str, str]


@transaction.atomic
def obtenir_lot(
    identites: Sequence[tuple[str, str, str]], *, instant: datetime, demonstration: bool = False
) -> list[Fournisseur]:
    """The supplier of each (type, identifier, name), in their order; a repeated identity gives the same one.

    Without identifier, the normalised name is the identity. A merged supplier is given as itself: who reads
    follows `fusionne_dans`, so that separating stays possible. A name never replaces one already known.
    The journal keeps one entry for all that the call creates.
    """
    lues = [_lire(*identite) for identite in identites]
    voulues: dict[Cle, tuple[Identite, str]] = {}
    for cle, lue, nom in lues:
        if cle not in voulues or (not voulues[cle][1] and nom):
            voulues[cle] = (lue, nom)
    connus = _connus(voulues)
    manquants = [
        _nouveau(lue, nom, demonstration) for cle, (lue, nom) in voulues.items() if cle not in connus
    ]
    if manquants:
        # Another import may create the same one meanwhile: both then read the row that won.
        Fournisseur.objects.bulk_create(manquants, batch_size=LOT, ignore_conflicts=True)
        crees = _connus({cle: v for cle, v in voulues.items() if cle not in connus})
        connus |= crees
        premier = next(iter(crees.values()))
        dernier = max(f.pk for f in crees.values())
        inscrire(
            action="fournisseur.creer_lot",
            objet=premier,
            by=None,
            instant=instant,
            donnees={"nombre": len(crees), "premier": premier.pk, "dernier": dernier},
        )
    _nommer(connus, voulues)
    return [connus[cle] for cle, _, _ in lues]


def _lire(type_identifiant: str, identifiant: str, nom: str) -> tuple[Cle, Identite, str]:
    lue = controler(type_identifiant or "", identifiant or "")
    propre = " ".join((nom or "").replace("\x00", "").split())[:240]
    if lue.identifiant:
        return (lue.type, lue.identifiant, ""), lue, propre
    return ("", "", normaliser_nom(propre) or propre.upper()), lue, propre


def _nouveau(lue: Identite, nom: str, demonstration: bool) -> Fournisseur:
    affiche = nom or lue.identifiant or "Titulaire sans nom"
    return Fournisseur(
        type_identifiant=lue.type if lue.identifiant else "",
        identifiant=lue.identifiant[:LONGUEUR],
        identifiant_valide=lue.valide,
        siren=lue.siren,
        nom=affiche,
        # An unknown name keeps its own empty key; a name of signs alone is its own key.
        nom_normalise=(normaliser_nom(nom) or nom.upper()) if nom else "",
        tva=lue.identifiant if lue.type == "TVA" and lue.valide else "",
        demonstration=demonstration,
    )


def _connus(voulues: Iterable[Cle]) -> dict[Cle, Fournisseur]:
    cles = set(voulues)
    trouves: dict[Cle, Fournisseur] = {}
    for part in _parts(sorted({cle[1] for cle in cles if cle[1]})):
        for f in Fournisseur.objects.filter(identifiant__in=part):
            trouves[(f.type_identifiant, f.identifiant, "")] = f
    for part in _parts(sorted({cle[2] for cle in cles if not cle[1]})):
        for f in Fournisseur.objects.filter(identifiant="", nom_normalise__in=part):
            trouves[("", "", f.nom_normalise)] = f
    return {cle: f for cle, f in trouves.items() if cle in cles}


def _nommer(connus: dict[Cle, Fournisseur], voulues: dict[Cle, tuple[Identite, str]]) -> None:
    """Give a name to those known by their identifier alone, now that a file brings one."""
    nommes = []
    for cle, f in connus.items():
        nom = voulues[cle][1] if cle in voulues else ""
        if nom and f.identifiant and f.nom == f.identifiant:
            f.nom, f.nom_normalise = nom, normaliser_nom(nom) or nom.upper()
            nommes.append(f)
    Fournisseur.objects.bulk_update(nommes, ["nom", "nom_normalise"], batch_size=300)


def _parts(valeurs: list[T]) -> Iterable[list[T]]:
    return (valeurs[i : i + LOT] for i in range(0, len(valeurs), LOT))
