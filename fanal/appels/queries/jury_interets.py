"""From which dossiers declared interests withdraw each member: computed from what is true today.

Nothing is copied: a dossier handed in, or completed, after a declaration is covered by it as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from fanal.appels.compute.jury_interets import Lien, Objet, mots_de, touches
from fanal.appels.models import Appel, Interet, MembreJury
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.questionnaires.models import Reponse, VersionFormulaire
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.territoires.models import Appartenance
from fanal.territoires.noeuds import Noeud

DU_DECLARANT = "candidature.voir"
PAR_SON_COMPTE = "Ce membre a un rôle chez ce déclarant."


@dataclass(frozen=True)
class Retraits:
    """Pairs (member, dossier) parted by interests; by none of them for a role held at the applicant's."""

    paires: Mapping[tuple[int, int], tuple[Interet, ...]] = field(default_factory=dict)

    def concerne(self, membre: int, dossier: int) -> bool:
        return (membre, dossier) in self.paires

    def de(self, membre: int) -> set[int]:
        """The dossiers that the member may not see."""
        return {dossier for m, dossier in self.paires if m == membre}

    def pour(self, dossier: int) -> set[int]:
        """The members who may not see the dossier."""
        return {m for m, d in self.paires if d == dossier}


def retraits(
    appel: Appel, dossiers: Sequence[Dossier], membres: Iterable[MembreJury] | None = None
) -> Retraits:
    """From which of *dossiers* each member of the call is withdrawn, today."""
    if membres is None:
        membres = appel.jury.select_related("utilisateur")
    lus = list(membres)
    par_membre: dict[int, list[Interet]] = {m.pk: [] for m in lus}
    for interet in Interet.objects.filter(membre__in=list(par_membre), leve_le=None).order_by("pk"):
        par_membre[interet.membre_id].append(interet)
    tous = [i for interets in par_membre.values() for i in interets]
    objets = objets_de(dossiers, avec_texte=any(i.fournisseur for i in tous), le=timezone.localdate())
    paires: dict[tuple[int, int], tuple[Interet, ...]] = {}
    for membre in lus:
        siens = {i.pk: i for i in par_membre[membre.pk]}
        liens = [lien_de(i) for i in siens.values()]
        chez = _du_declarant(membre.utilisateur, dossiers, timezone.localdate())
        for dossier in dossiers:
            trouves = touches(objets[dossier.pk], liens)
            if trouves or dossier.pk in chez:
                paires[membre.pk, dossier.pk] = tuple(siens[lien.cle] for lien in trouves)
    return Retraits(paires)


def lien_de(interet: Interet) -> Lien:
    """An interest as the calculation reads it."""
    return Lien(interet.pk, interet.dossier_id, interet.ght_id, interet.etablissement_id, interet.fournisseur)


def objets_de(dossiers: Sequence[Dossier], *, avec_texte: bool, le: date) -> dict[int, Objet]:
    """What each dossier is touched by. An establishment's dossier is also its GHT's, and conversely: a GHT
    has no legal personality, its dossiers are those of its establishments (L6132-1 CSP).
    """
    par_ght, par_etablissement = _appartenances(dossiers, le)
    textes = _textes(dossiers) if avec_texte else {}
    return {
        d.pk: Objet(
            d.pk,
            frozenset({d.ght_id} if d.ght_id else par_etablissement.get(d.etablissement_id or 0, set())),
            frozenset({d.etablissement_id} if d.etablissement_id else par_ght.get(d.ght_id or 0, set())),
            textes.get(d.version_courante_id or 0, ""),
        )
        for d in dossiers
    }


def _appartenances(dossiers: Sequence[Dossier], le: date) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The establishments of each GHT and the GHT of each establishment, today."""
    par_ght: dict[int, set[int]] = {}
    par_etablissement: dict[int, set[int]] = {}
    vus = Appartenance.objects.en_vigueur(le)
    ghts = {d.ght_id for d in dossiers if d.ght_id}
    etablissements = {d.etablissement_id for d in dossiers if d.etablissement_id}
    paires = list(vus.filter(ght__in=ghts).values_list("ght_id", "etablissement_id"))
    paires += list(vus.filter(etablissement__in=etablissements).values_list("ght_id", "etablissement_id"))
    for ght, etablissement in paires:
        par_ght.setdefault(ght, set()).add(etablissement)
        par_etablissement.setdefault(etablissement, set()).add(ght)
    return par_ght, par_etablissement


def _textes(dossiers: Sequence[Dossier]) -> dict[int, str]:
    """The words of the answers of each current version, labels of the options chosen included."""
    versions = [d.version_courante_id for d in dossiers if d.version_courante_id]
    reponses = Reponse.objects.filter(version__in=versions).select_related("formulaire")
    libelles: dict[int, dict[str, str]] = {}
    for r in reponses:
        if r.formulaire_id not in libelles:
            libelles[r.formulaire_id] = _libelles(r.formulaire)
    return {
        r.version_id: mots_de([r.reponses, _choisis(r.reponses, libelles[r.formulaire_id])]) for r in reponses
    }


def _libelles(version: VersionFormulaire) -> dict[str, str]:
    """The label of each option of a form, by its code."""
    return {choix.code: choix.libelle for liste in formulaire_de(version).listes.values() for choix in liste}


def _choisis(valeur: Any, libelles: Mapping[str, str]) -> list[str]:
    if isinstance(valeur, str):
        return [libelles[mot] for mot in valeur.split() if mot in libelles]
    if isinstance(valeur, dict):
        return [mot for v in valeur.values() for mot in _choisis(v, libelles)]
    if isinstance(valeur, list | tuple):
        return [mot for v in valeur for mot in _choisis(v, libelles)]
    return []


def _du_declarant(user: Utilisateur, dossiers: Sequence[Dossier], le: date) -> set[int]:
    """The dossiers of applicants where the account itself holds a role: withdrawn without declaring."""
    siens = perimetre(user, DU_DECLARANT, le)
    if siens.vide:
        return set()
    return {d.pk for d in dossiers if siens.contient(Noeud.de(d))}
