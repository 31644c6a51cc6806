"""What a saved view must be."""

from fanal.refus import Refus

NOM_MAX = 120
REQUETE_MAX = 4_000
PAGES = ("explorer",)


def check_nom(nom: str, pris: frozenset[str]) -> str:
    """The name, its blanks tidied. *pris*: the names that the account gave already."""
    clean = " ".join(nom.split())
    if not clean:
        raise Refus("Donnez un nom à cette vue, par exemple « Médicaments par mois ».")
    if len(clean) > NOM_MAX:
        raise Refus(f"Ce nom compte {len(clean)} caractères. Gardez-en {NOM_MAX} au plus.")
    if clean in pris:
        raise Refus(f"Vous avez déjà une vue nommée « {clean} ». Choisissez un autre nom, ou supprimez-la.")
    return clean


def check_requete(page: str, requete: str) -> str:
    """The part of an address after « ? » on a page that can be kept."""
    if page not in PAGES:
        raise Refus("Cette page ne se garde pas en vue enregistrée.")
    clean = requete.removeprefix("?")
    if len(clean) > REQUETE_MAX:
        raise Refus(
            "Cette vue a trop de filtres pour être gardée. Retirez-en, puis enregistrez-la de nouveau."
        )
    return clean


def check_auteur(auteur: int, by: int) -> None:
    """Only who made a view renames or removes it, shared or not."""
    if auteur != by:
        raise Refus("Cette vue a été partagée par un autre compte : lui seul la renomme ou la supprime.")


def check_partage(couvert: bool) -> None:
    """A view is shared on a territory where the account sees spend."""
    if not couvert:
        raise Refus(
            "Vous ne pouvez partager une vue que sur un territoire dont vous voyez les dépenses. "
            "Choisissez-le dans la barre du haut, ou gardez la vue pour vous."
        )
