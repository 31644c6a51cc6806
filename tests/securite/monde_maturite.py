"""A survey, the self-assessment of the GHT handed in and being corrected, what its addresses name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fanal.campagnes.actions.dossiers import franchir
from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.maturite.actions import enquetes, evaluations, preuves, progres
from fanal.maturite.models import ActionProgres, Evaluateur, Grille, NiveauSujet, Preuve, Sujet, Theme
from fanal.territoires.models import Ght


@dataclass
class MaturiteMonde:
    """What the addresses of maturity name."""

    grille: Grille
    enquete: Campagne
    dossier: Dossier
    attendu: Evaluateur
    preuve: Preuve
    sujet: Sujet
    niveau: NiveauSujet
    action: ActionProgres


def build_maturite(ght: Ght, people: Mapping[str, Utilisateur], instant: datetime) -> MaturiteMonde:
    """The buyer has answered, the pharmacist is still awaited; a paper proves the second level."""
    grille = Grille.objects.create(
        code="grille-essai", titre="Grille d'essai", annee=2022, empreinte="a" * 64, created_at=instant
    )
    theme = Theme.objects.create(grille=grille, code="t", titre="Thème", poids=100, ordre=1)
    sujet = Sujet.objects.create(theme=theme, code="s", titre="Sujet", ordre=1)
    for rang, note in ((1, 0), (2, 20)):
        NiveauSujet.objects.create(sujet=sujet, rang=rang, titre=f"Niveau {rang}", note=note, preuve="Pièce")
    niveau = NiveauSujet.objects.get(sujet=sujet, rang=2)
    week = timedelta(days=7)
    enquete = enquetes.ouvrir(
        annee=2022,
        grille=grille,
        ouverture=instant - week,
        cloture=instant + week,
        correction_jusqu_au=instant + 2 * week,
        by=None,
        instant=instant,
    )
    dossier = enquetes.commencer(campagne=enquete, ght=ght, by=None, instant=instant)
    buyer = people["acheteur"]
    done = evaluations.inviter(
        dossier=dossier, utilisateur=buyer, fonction="acheteur", by=None, instant=instant
    )
    evaluations.apprecier(
        evaluateur=done, reponses={sujet.pk: evaluations.Reponse(1)}, by=buyer, instant=instant
    )
    evaluations.rendre(evaluateur=done, by=buyer, instant=instant)
    version = evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=instant)
    action = progres.creer(ght=ght, titre="Action", sujet=sujet, version=version, by=None, instant=instant)
    franchir(dossier=dossier, transition="reprendre", by=None, instant=instant, motif="Essai.")
    attendu = evaluations.inviter(
        dossier=dossier, utilisateur=people["pharmacien"], fonction="pharmacien", by=None, instant=instant
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "preuve.pdf"
        path.write_bytes(b"%PDF-1.4\n%%EOF\n")
        preuve = preuves.ajouter(
            dossier=dossier,
            niveau=niveau,
            libelle="Preuve",
            by=None,
            instant=instant,
            chemin=path,
            nom="preuve.pdf",
        )
    dossier.refresh_from_db()
    return MaturiteMonde(grille, enquete, dossier, attendu, preuve, sujet, niveau, action)


Arguments = Callable[[MaturiteMonde], dict[str, Any]]

# Addresses of the territory of the GHT, and those that belong to no territory.
DU_GHT: dict[str, Arguments] = {
    "maturite:commencer": lambda m: {
        "code": m.enquete.code,
        "ght": m.dossier.ght.code if m.dossier.ght else "",
    },
    **{
        f"maturite:{name}": lambda m: {"numero": m.dossier.pk}
        for name in ("dossier", "profil", "inviter", "transmettre", "corriger")
    },
    "maturite:retirer": lambda m: {"numero": m.dossier.pk, "personne": m.attendu.pk},
    "maturite:prouver": lambda m: {"numero": m.dossier.pk, "niveau": m.niveau.pk},
    "maturite:piece": lambda m: {"numero": m.dossier.pk, "preuve": m.preuve.pk},
    "maturite:retirer_preuve": lambda m: {"numero": m.dossier.pk, "preuve": m.preuve.pk},
    "maturite:du_sujet": lambda m: {"numero": m.dossier.pk, "sujet": m.sujet.pk},
    "maturite:action": lambda m: {"numero": m.action.pk},
}
DE_L_ACHETEUR: dict[str, Arguments] = {"maturite:mienne": lambda m: {"numero": m.dossier.pk}}
DE_TOUS: dict[str, Arguments] = {
    "maturite:enquete": lambda m: {"code": m.enquete.code},
    "maturite:grille": lambda m: {"code": m.grille.code},
}
