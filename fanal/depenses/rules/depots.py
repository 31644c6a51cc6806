"""Deposits of order lines: what may be asked of one, given where it stands."""

from collections.abc import Collection, Mapping

from fanal.refus import Inutilisable, Refus

ATTENTE, EN_COURS, TERMINE, REFUSE = "attente", "en_cours", "termine", "refuse"
# Steps of a deposit that no reading has begun, or whose reading stopped.
A_CONFIRMER, EN_FILE, INTERROMPU = "a_confirmer", "en_file", "interrompu"
ABANDON = (
    "Ce dépôt a été abandonné avant l'import : aucune ligne n'a été enregistrée. Le fichier est conservé."
)
DECIMALES = ("", ",", ".")
AVOIRS = ("", "positifs")
TITRES = ("", "absents")
DECIMALES_PRIX = ("", "0", "1", "2", "3", "4", "5", "6")


def check_fichier(taille: int) -> None:
    """A file holds something."""
    if not taille:
        raise Inutilisable("Ce fichier est vide. Exportez-le de nouveau, puis déposez-le.")


def check_a_confirmer(etat: str, etape: str) -> None:
    """Choices are made once, before the reading is asked for."""
    if (etat, etape) != (ATTENTE, A_CONFIRMER):
        raise Refus("L'import de ce fichier est déjà demandé. Ouvrez le dépôt pour le suivre.")


def check_relance(etat: str, etape: str, au_travail: bool) -> None:
    """Only work that stopped is started again."""
    stopped = (etat == ATTENTE and etape != A_CONFIRMER) or etat == EN_COURS
    if not stopped or au_travail:
        raise Refus("L'import de ce fichier n'est pas interrompu : il n'y a rien à relancer.")


def check_conventions(conventions: Mapping[str, str]) -> None:
    """Each convention of a mapping is one of those offered."""
    for name, known in (
        ("titres", TITRES), ("decimale", DECIMALES), ("avoirs", AVOIRS), ("decimales_prix", DECIMALES_PRIX),
    ):  # fmt: skip
        if conventions.get(name, "") not in known:
            raise Inutilisable("Une convention de lecture n'est pas dans la liste. Choisissez-la de nouveau.")


def check_corrigeable(etat: str, ecartees: int, demandee: int, reprises: Collection[int]) -> None:
    """A set-aside line of a finished deposit is entered again once."""
    if etat != TERMINE or not ecartees:
        raise Refus("Ce dépôt n'a pas de ligne écartée à reprendre.")
    if demandee in reprises:
        raise Refus(
            f"La ligne {demandee} a déjà été reprise par un autre dépôt. Pour la changer encore, déposez-la "
            "de nouveau : sa version remplacera la précédente."
        )


def check_changee(avant: Mapping[str, str], apres: Mapping[str, str]) -> None:
    """A line entered again unchanged would be set aside again."""
    if avant == apres:
        raise Refus("Aucune cellule n'a changé : la ligne serait écartée de nouveau. Corrigez-la d'abord.")
