"""When a revision clause may be written, and when a revision may be applied."""

from collections.abc import Collection
from datetime import date

from fanal.prix.compute.clause import Clause, date_de_revision
from fanal.prix.compute.revision import Coefficient, Revision
from fanal.refus import Refus

REVISABLE = "Définitif révisable"
COEFFICIENT_MAX = 1000
PRIX_MAX = 10**11


def check_ecrire_clause(
    *,
    notifie: bool,
    types_prix: Collection[str] | None,
    existe: bool,
    revisions: int,
    transcription: bool,
) -> None:
    """A clause belongs to the contract as notified: afterwards it is only copied from it, never added.

    Sources: R2112-13 and R2112-14 CCP: the clause fixes the date of the initial price, the calculation and
    the periodicity; it is intangible, and an amendment cannot add one.
    """
    if not notifie:
        return
    if revisions:
        raise Refus(
            "Une révision a déjà été appliquée avec cette clause : elle est intangible. Les prix passés "
            "restent ceux qu'elle a donnés."
        )
    if types_prix and REVISABLE not in types_prix:
        raise Refus(
            f"Ce marché est notifié à prix « {', '.join(types_prix)} » : une clause de révision ne peut pas "
            "y être ajoutée, même par avenant (R2112-13 du code de la commande publique)."
        )
    if not transcription:
        what = "modifiée" if existe else "ajoutée"
        raise Refus(
            f"Ce marché est notifié : une clause de révision ne peut plus y être {what}, même par avenant "
            "(R2112-13). Si le CCAP la contient déjà, cochez « Transcription » et citez son article."
        )


def check_transcription(clause: Clause, motif: str) -> None:
    """A copied clause says where it was copied from."""
    if not clause.article:
        raise Refus("Citez l'article du CCAP que vous transcrivez (clé « article »).")
    if len(motif.strip()) < 5:
        raise Refus("Dites d'où vient cette transcription, par exemple « CCAP signé, article 8.2 ».")


def check_lignes_libres(clause: Clause, autres: Collection[Clause]) -> None:
    """A line follows one clause."""
    for other in autres:
        shared = set(clause.lignes) & set(other.lignes)
        if not clause.lignes or not other.lignes:
            raise Refus(
                f"Une autre clause de ce marché existe ({other.nom}). Dites dans chacune, par la clé "
                "« lignes », celles qu'elle concerne."
            )
        if shared:
            listed = ", ".join(sorted(shared)[:5])
            raise Refus(f"Ces lignes suivent déjà {other.nom} : {listed}. Une ligne ne suit qu'une clause.")


def check_applicable(
    *,
    clause: Clause,
    le: date,
    aujourd_hui: date,
    traitees: Collection[date],
    fin: date | None,
    notifie: bool,
) -> None:
    """A revision is applied on a date of the clause, once, in order, while the contract runs."""
    if not notifie:
        raise Refus("Ce marché n'est pas notifié : ses prix ne se révisent pas encore.")
    if le > aujourd_hui:
        raise Refus(
            f"Cette révision est prévue le {le:%d/%m/%Y} : elle ne peut pas être appliquée avant ce jour. "
            "L'aperçu reste possible."
        )
    if date_de_revision(clause, le) != le:
        expected = date_de_revision(clause, le)
        advice = f"La dernière est le {expected:%d/%m/%Y}." if expected else "La première est encore à venir."
        raise Refus(f"Le {le:%d/%m/%Y} n'est pas une date de révision de la clause. {advice}")
    if le in traitees:
        raise Refus(f"La révision du {le:%d/%m/%Y} est déjà faite.")
    later = [d for d in traitees if d > le]
    if later:
        raise Refus(
            f"Une révision plus récente ({max(later):%d/%m/%Y}) est déjà faite : celle du {le:%d/%m/%Y} ne "
            "peut plus l'être."
        )
    if fin is not None and fin < le:
        raise Refus(f"Ce marché a pris fin le {fin:%d/%m/%Y} : ses prix ne bougent plus.")


def check_provisoire(coefficient: Coefficient, motif: str) -> None:
    """A provisional index is used knowingly."""
    if coefficient.provisoire and len(motif.strip()) < 5:
        raise Refus(
            "Un des indices est provisoire : attendez sa valeur définitive, ou dites pourquoi l'utiliser."
        )


def check_vraisemblable(revision: Revision) -> None:
    """A coefficient in thousands is a misread index, not a revision."""
    found = revision.coefficient
    wild = found is not None and found.retenu >= COEFFICIENT_MAX
    if wild or any(line.prix_revise >= PRIX_MAX for line in revision.lignes):
        raise Refus(
            "Le calcul donne des prix invraisemblables : un indice a sans doute été mal saisi. Vérifiez les "
            "valeurs lues, terme par terme."
        )


def check_serie_nouvelle(code: str, suite_de: str, chaine: Collection[str]) -> None:
    """A chain never comes back on itself; *chaine*: the series that *suite_de* follows, itself included."""
    if code in chaine:
        raise Refus(f"La série « {code} » ne peut pas suivre « {suite_de} » : elles se suivraient en rond.")
