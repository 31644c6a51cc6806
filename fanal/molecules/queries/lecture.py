"""Reading a request in the answers of a version, choices in their words."""

from dataclasses import replace
from typing import Any

from fanal.campagnes.models import Version
from fanal.molecules.compute.lecture import DemandeLue, lire_demande
from fanal.questionnaires.models import Reponse
from fanal.questionnaires.queries.formulaires import formulaire_de

AUTRE = "autre"


def lue(version: Version) -> DemandeLue:
    """The request that *version* holds, its class in words. Raises Inutilisable."""
    reponse = Reponse.objects.select_related("formulaire").get(version=version)
    return nommer(lire_demande(reponse.reponses), reponse)


def nommer(demande: DemandeLue, reponse: Reponse) -> DemandeLue:
    """The same with the words of the form: its class, and what the expert meeting answered."""
    autre = str(reponse.reponses.get("classe_autre") or "").strip()
    precisee = demande.classe == AUTRE and autre
    classe = autre[:120] if precisee else _mot(reponse, "classe", demande.classe)
    return replace(demande, classe=classe, rcp=_mot(reponse, "rcp", demande.rcp))


def _mot(reponse: Reponse, question: str, code: str) -> str:
    formulaire = formulaire_de(reponse.formulaire)
    liste = next((e.liste for e in _elements(formulaire.elements) if e.nom == question), "")
    return next((c.libelle for c in formulaire.listes.get(liste, ()) if c.code == code), code)


def _elements(elements: Any) -> Any:
    for element in elements:
        yield element
        yield from _elements(element.enfants)
