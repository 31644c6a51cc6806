"""The sentences of the reader: what happened, where, what to do. One place, one voice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fanal.depots.formats import Champ
from fanal.depots.noms import citer, enumerer, normaliser

Phrase = Callable[[Champ, str], str]

ERREURS = {
    "#REF!": "une référence à une cellule supprimée",
    "#N/A": "une recherche sans résultat",
    "#N/D": "une recherche sans résultat",
    "#VALEUR!": "un calcul sur une valeur qui ne convient pas",
    "#VALUE!": "un calcul sur une valeur qui ne convient pas",
    "#DIV/0!": "une division par zéro",
    "#NOM?": "une formule inconnue du tableur",
    "#NAME?": "une formule inconnue du tableur",
    "#NUL!": "une intersection vide",
    "#NULL!": "une intersection vide",
    "#NOMBRE!": "un calcul impossible",
    "#NUM!": "un calcul impossible",
    "#GETTING_DATA": "une donnée externe non chargée",
    "#SPILL!": "une formule qui déborde",
    "#CALC!": "un calcul impossible",
    "#PROPAGATION!": "une formule qui déborde",
    "#CALCUL!": "un calcul impossible",
}


@dataclass(frozen=True, slots=True)
class Constat:
    """A remark on one cell, before its row number is known: `rang` is the index of the data row."""

    rang: int
    champ: str | None
    valeur: str | None
    regle: str
    gravite: str
    suite: str


def ou(feuille: str | None, ligne: int | None, colonne: str | None) -> str:
    """The beginning of a sentence: "Feuille « Actions », ligne 12, colonne finess : "."""
    morceaux = []
    if feuille:
        morceaux.append(f"feuille « {feuille} »")
    if ligne is not None:
        morceaux.append(f"ligne {ligne}")
    if colonne:
        morceaux.append(f"colonne {colonne}")
    texte = ", ".join(morceaux)
    return f"{texte[0].upper()}{texte[1:]} : " if texte else ""


def nom_colonne(titre: str | None, champ: Champ) -> str:
    """The column as the person knows it: the field's name, or the title of their file when it differs."""
    if titre is None or normaliser(titre) == normaliser(champ.nom):
        return champ.nom
    return citer(titre)


def exemple(champ: Champ) -> str:
    """ ", par exemple 12 000,00", or nothing."""
    return f", par exemple {_exemple(champ)}" if champ.exemple else ""


def _exemple(champ: Champ) -> str:
    try:
        if champ.type == "date":
            return date.fromisoformat(champ.exemple).strftime("%d/%m/%Y")
        if champ.type == "number":
            return nombre(Decimal(champ.exemple), euros=champ.fanal.get("unite") == "EUR")
    except (ValueError, ArithmeticError):
        pass
    return champ.exemple


def nombre(valeur: Decimal, *, euros: bool = False) -> str:
    """A number in French: narrow groups of three digits and a decimal comma; two decimals for euros."""
    texte = f"{valeur:,.2f}" if euros else f"{valeur.normalize():,f}"
    return texte.replace(",", "\u202f").replace(".", ",")


def borne(valeur: Decimal | date | None) -> str:
    """A bound of the format, in French."""
    return valeur.strftime("%d/%m/%Y") if isinstance(valeur, date) else nombre(valeur or Decimal(0))


def type_(champ: Champ, texte: str) -> str:
    """A value that is not of the field's type."""
    if champ.type == "date":
        return f"{citer(texte)} n'est pas une date du calendrier. Saisissez jour/mois/année{exemple(champ)}."
    if champ.type == "integer":
        return (
            f"{citer(texte)} n'est pas un nombre entier. Saisissez un nombre sans décimale{exemple(champ)}."
        )
    if champ.type == "boolean":
        return f"{citer(texte)} n'est ni oui ni non. Saisissez « oui » ou « non »."
    quoi = "un montant en euros" if champ.fanal.get("unite") == "EUR" else "un nombre"
    return f"{citer(texte)} n'est pas un nombre. Saisissez {quoi}{exemple(champ)}."


def requis(champ: Champ) -> str:
    """An empty cell in a required column."""
    attendu = champ.titre[:1].lower() + champ.titre[1:] if not champ.titre[:2].isupper() else champ.titre
    return f"la cellule est vide, or elle est obligatoire. Renseignez-la ({attendu}{exemple(champ)})."


def motif(champ: Champ, texte: str) -> str:
    """A value that does not have the expected form."""
    if champ.fanal.get("finess"):
        return (
            f"{citer(texte)} n'est pas un numéro FINESS : il compte {len(texte)} caractères au lieu de "
            "neuf lettres ou chiffres. "
            f"Saisissez les neuf caractères, zéros de tête compris{exemple(champ)}."
            if len(texte) != 9
            else f"{citer(texte)} n'est pas un numéro FINESS : seuls des lettres et des chiffres sont admis. "
            f"Corrigez-le{exemple(champ)}."
        )
    return f"{citer(texte)} n'a pas la forme attendue ({champ.titre}). Corrigez la valeur{exemple(champ)}."


def enumeration(champ: Champ, texte: str) -> str:
    """A value outside the list."""
    choix = enumerer([f"« {v} »" for v in champ.enumeration]).replace(" et «", " ou «")
    return f"{citer(texte)} ne fait pas partie des valeurs prévues. Choisissez {choix}."


def minimum(champ: Champ, texte: str) -> str:
    """A value below the minimum."""
    return (
        f"{citer(texte)} est inférieur au minimum admis, {borne(champ.minimum)}. Vérifiez la valeur saisie."
    )


def maximum(champ: Champ, texte: str) -> str:
    """A value above the maximum."""
    return f"{citer(texte)} dépasse le maximum admis, {borne(champ.maximum)}. Vérifiez la valeur saisie."


def longueur(champ: Champ, texte: str) -> str:
    """A text too short or too long."""
    if champ.longueur_max is not None and len(texte) > champ.longueur_max:
        admis = f"{champ.longueur_max} au plus sont admis. Raccourcissez-le."
        return f"le texte compte {len(texte)} caractères ; {admis}"
    attendus = f"{champ.longueur_min} caractères au moins sont attendus. Complétez-le."
    return f"{citer(texte)} est trop court : {attendus}"


def unique(texte: str, premiere: int) -> str:
    """A value met before."""
    remede = "Donnez à chaque ligne une valeur qui lui est propre."
    return f"{citer(texte)} figure déjà à la ligne {premiere}. {remede}"


def cle_connue(valeurs: list[str], titres: list[str], premiere: int) -> str:
    """A key of several columns met before."""
    return (
        f"{citer(' ; '.join(valeurs))} ({enumerer(titres)}) figure déjà à la ligne {premiere}. "
        "Une clé ne désigne qu'une ligne : retirez celle-ci, ou corrigez sa clé."
    )


def cle_vide(titres: list[str]) -> str:
    """No column of the key is filled."""
    return f"{enumerer(titres)} sont vides : rien ne désigne la ligne. Remplissez-les."


def erreur_tableur(texte: str) -> str:
    """An error cell, or a formula never computed."""
    if texte.startswith("="):
        return (
            f"la cellule contient une formule que le tableur n'a pas calculée ({citer(texte, 30)}). "
            "Ouvrez le fichier dans votre tableur, laissez-le calculer, enregistrez et déposez de nouveau."
        )
    sens = ERREURS.get(texte.upper(), "une erreur de calcul")
    remede = "Corrigez la formule ou saisissez la valeur."
    return f"la cellule affiche {citer(texte)}, {sens} dans votre tableur. {remede}"


def code_abrege(texte: str) -> str:
    """A long code that the spreadsheet turned into a rounded number."""
    return (
        f"{citer(texte)} est un code que le tableur a abrégé : des chiffres sont perdus. "
        "Mettez la colonne au format Texte, puis saisissez le code en entier."
    )


def absence(texte: str) -> str:
    """A word of absence."""
    return f"{citer(texte)} est lu comme une cellule vide. Saisissez la valeur si elle est connue."


def zero(texte: str) -> str:
    """A FINESS without its leading zero."""
    remede = "Mettez la colonne au format Texte pour garder le zéro."
    return f"{citer(texte)} n'a que huit chiffres : il est lu « 0{texte} ». {remede}"


def texte_lu(texte: str, valeur: str | None) -> str:
    """A text read as another one."""
    remede = "Corrigez la cellule si ce n'est pas ce que vous vouliez dire."
    return f"{citer(texte)} est lu {citer(valeur or '')}. {remede}"


def date_lue(texte: str, valeur: date) -> str:
    """A date that had to be interpreted."""
    return (
        f"{citer(texte)} est lu {valeur:%d/%m/%Y}. Si ce n'est pas la bonne date, saisissez jour/mois/année."
    )


def nombre_lu(texte: str, valeur: Decimal, regle: str) -> str:
    """A number that had to be interpreted."""
    lu = nombre(valeur)
    if regle == "nombre-ambigu":
        milliers = nombre(Decimal(texte.strip().replace(".", "")))
        return (
            f"{citer(texte)} est lu {lu} (le point vaut une virgule). "
            f"Si vous vouliez dire {milliers}, saisissez le nombre sans point."
        )
    if regle == "pourcentage":
        return f"{citer(texte)} est un pourcentage, lu {lu}. Vérifiez que la colonne attend bien un taux."
    return f"{citer(texte)} est lu {lu}. Si ce n'est pas la bonne valeur, saisissez le nombre seul."


def ligne_total(texte: str) -> str:
    """A total row."""
    return f"{citer(texte)} est une ligne de total : elle n'est pas comptée. Vous pouvez la laisser."


def trop_longue(nombre_titres: int) -> str:
    """A row with cells beyond the last column."""
    return (
        f"la ligne a plus de cellules que les {nombre_titres} titres de colonnes : ses valeurs sont sans "
        "doute décalées. "
        "Vérifiez les séparateurs, ou mettez entre guillemets les textes qui en contiennent."
    )


def colonnes_inconnues(titres: list[str]) -> str:
    """Columns that the format does not have."""
    if len(titres) == 1:
        return (
            f"La colonne {citer(titres[0])} n'est pas prévue par le format : elle est conservée et vous "
            "est rendue, "
            "mais n'est pas lue. Vérifiez son titre si elle devait l'être."
        )
    return (
        f"Les colonnes {enumerer([citer(t) for t in titres])} ne sont pas prévues par le format : elles "
        "sont conservées "
        "et vous sont rendues, mais ne sont pas lues. Vérifiez leurs titres si elles devaient l'être."
    )


def feuille_ignoree(ignoree: str, lue: str) -> str:
    """Another sheet with the same columns."""
    return (
        f"La feuille « {ignoree} » a les mêmes colonnes que « {lue} » mais n'a pas été lue. "
        f"Si ses lignes comptent, copiez-les dans « {lue} »."
    )
