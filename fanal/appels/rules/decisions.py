"""What may be decided in a call without money: places, their order, options. No query, no clock."""

from collections.abc import Collection

from fanal.appels.rules.regles import Regles
from fanal.campagnes.rules import pluriel
from fanal.refus import Introuvable, Refus

SUIVRE, RETENIR, LISTER, REFUSER, ACCORDER, RETIRER = (
    "suivre",
    "retenir",
    "lister",
    "refuser",
    "accorder",
    "retirer",
)
GESTES = {
    SUIVRE: "Suivre l'ordre de l'appel",
    RETENIR: "Retenir",
    LISTER: "Mettre en liste complémentaire",
    REFUSER: "Ne pas retenir",
    ACCORDER: "Accorder l'option",
    RETIRER: "Retirer l'option",
}
ARRIVEE, JURY, MAIN = "arrivee", "jury", "main"
ORDRES = {
    ARRIVEE: "dans l'ordre d'arrivée",
    JURY: "dans l'ordre du classement du jury",
    MAIN: "au choix de l'organisateur",
}


def sans_argent(regles: Regles) -> bool:
    """Whether the call shares no money: no question holds an amount asked for."""
    return not regles.montants.demande


def ordre_de(regles: Regles, *, classe: bool) -> str:
    """The order of decision: that of the places when the call has some, else the ranking of the jury when
    there is one (*classe*), else by hand.
    """
    if regles.dossiers.places is not None:
        return regles.dossiers.ordre
    return JURY if classe and regles.grille.criteres else MAIN


def check_sans_argent(regles: Regles) -> None:
    """Raises Refus for a call with money: its envelopes decide."""
    if not sans_argent(regles):
        raise Refus("Cet appel attribue des montants : décidez depuis ses enveloppes.")


def check_geste(geste: str) -> None:
    """Raises Introuvable for an act that does not exist."""
    if geste not in GESTES:
        raise Introuvable("Ce geste n'existe pas.")


def check_ordre(*, ordre: str, places: int | None) -> None:
    """Following the order of a call asks for an order and a number of places."""
    if ordre == MAIN or places is None:
        raise Refus(
            "Les règles de cet appel ne fixent pas un nombre de places : choisissez les dossiers à retenir."
        )


def check_places(*, retenus: int, places: int | None) -> None:
    """The places of a call are never passed; *retenus*: how many dossiers would be kept."""
    if places is not None and retenus > places:
        raise Refus(
            f"{pluriel(retenus, 'dossier serait retenu', 'dossiers seraient retenus')} pour "
            f"{pluriel(places, 'place', 'places')}. Rien n'a été écrit : une autre décision a pu être prise "
            "entre-temps, relisez la page."
        )


def check_option(*, titre: str, accordees: int, nombre_max: int | None) -> None:
    """The number of dossiers with an option is never passed."""
    if nombre_max is not None and accordees > nombre_max:
        raise Refus(
            f"« {titre} » : {pluriel(accordees, 'dossier en aurait', 'dossiers en auraient')} pour "
            f"{nombre_max} au plus. Rien n'a été écrit : choisissez moins de dossiers."
        )


def check_comme_vu(*, vu: str | None, empreinte: str) -> None:
    """Raises Refus when what would be done is no longer what the page showed (None: nothing was shown)."""
    if vu is not None and vu != empreinte:
        raise Refus(
            "Des dossiers ou des décisions ont changé pendant votre lecture, et rien n'a été fait. "
            "Vérifiez, puis confirmez."
        )


def check_avant(passes: Collection[str], motif: str) -> None:
    """Keeping a dossier before those who come before it asks for a reason."""
    if passes and not motif.strip():
        noms = ", ".join(sorted(passes)[:3])
        suite = f" et {len(passes) - 3} autres" if len(passes) > 3 else ""
        raise Refus(
            f"{noms}{suite} : {'ce dossier vient' if len(passes) == 1 else 'ces dossiers viennent'} avant, "
            "dans l'ordre de l'appel. Écrivez pourquoi l'ordre n'est pas suivi."
        )


def motif_de_place(*, ordre: str, rang: int, places: int | None, retenu: bool) -> str:
    """The reason that a letter gives when the order decides."""
    if ordre == MAIN or places is None:
        return "Décision de l'organisateur."
    e = "er" if rang == 1 else "e"
    dit = f"Dossier arrivé {rang}{e}" if ordre == ARRIVEE else f"Dossier classé {rang}{e} par le jury"
    nombre = pluriel(places, "place", "places")
    return f"{dit}, pour {nombre}." if retenu else f"{dit} : {nombre} et aucune n'est libre."
