"""Links of a contract: the one it follows, the actions of the purchase plan it serves, its papers."""

from collections.abc import Collection, Sequence
from datetime import date

from fanal.achats.rules.mots import jour
from fanal.refus import Refus

GENRES: dict[str, str] = {
    "ccap": "Cahier des clauses administratives",
    "cctp": "Cahier des clauses techniques",
    "ae": "Acte d'engagement",
    "bpu": "Bordereau des prix",
    "avenant": "Avenant",
    "notification": "Notification",
    "reconduction": "Reconduction",
    "penalite": "Pénalité",
    "rapport": "Rapport d'analyse",
    "consultation": "Dossier de consultation",
    "offre": "Offre",
    "autre": "Autre document",
}
PASSATION = frozenset({"rapport", "consultation", "offre"})
TITRE_MAX = 200


def check_successeur(
    marche: int,
    predecesseur: int,
    *,
    lignee: Collection[int],
    debut: date | None,
    debut_predecesseur: date | None,
) -> None:
    """A contract follows another, older one, never itself by any path."""
    if marche == predecesseur:
        raise Refus("Un marché ne se remplace pas lui-même. Choisissez un autre marché.")
    if marche in lignee:
        raise Refus("Le marché choisi remplace déjà celui-ci, directement ou non. Choisissez-en un autre.")
    if debut is not None and debut_predecesseur is not None and debut < debut_predecesseur:
        raise Refus(
            f"Le marché choisi commence le {jour(debut_predecesseur)}, après celui-ci ({jour(debut)}) : "
            "il ne peut pas le précéder."
        )


def check_action(connue: bool, identifiant: str, annee: int, deja: bool) -> None:
    """An action of the plan that exists, linked once."""
    if not connue:
        raise Refus(
            f"Aucune action « {identifiant} » n'est au plan d'actions de {annee}. Vérifiez l'identifiant et "
            "l'année."
        )
    if deja:
        raise Refus(f"L'action « {identifiant} » de {annee} est déjà liée à ce marché.")


def check_document(
    *, genre: str, titre: str, nom: str, taille: int, types: Sequence[str], taille_max: int
) -> None:
    """A paper of a contract: what it is, and a file of a known kind and a bearable size."""
    if genre not in GENRES:
        raise Refus("Choisissez la nature du document dans la liste.")
    if not titre.strip():
        raise Refus("Donnez un titre au document : une nouvelle version portera le même.")
    if len(titre) > TITRE_MAX:
        raise Refus(f"Ce titre est trop long : {TITRE_MAX} caractères au plus.")
    kind = nom.rsplit(".", 1)[-1].lower() if "." in nom else ""
    if kind not in types:
        raise Refus(f"Ce type de fichier n'est pas admis. Types admis : {', '.join(types)}.")
    if taille == 0:
        raise Refus("Ce fichier est vide. Choisissez-en un autre.")
    if taille > taille_max:
        raise Refus(
            f"Ce fichier pèse {taille / 1_048_576:.1f} Mo ; {taille_max // 1_048_576} Mo au plus sont admis."
        )


def check_version_nouvelle(empreinte: str, derniere: str | None) -> None:
    """The same file twice is one version."""
    if empreinte == derniere:
        raise Refus("Ce fichier est déjà la dernière version de ce document. Rien n'a été ajouté.")


def dossier_de(genre: str) -> str:
    """The file a paper belongs to for the archives: of the award, or of the execution."""
    return "passation" if genre in PASSATION else "execution"
