"""What may be written after the decision: agreement, payments, milestones, indicators."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fanal.achats.rules.mots import euros, quantite
from fanal.refus import Refus

UNITES_POUR_CENT = ("%", "pour cent", "pourcentage")
MAXIMUM = Decimal(10) ** 13
DECIMALES = 4
PAPIERS = (".pdf",)


def check_projet(statut: str) -> None:
    """Only a dossier granted for good is followed up. Raises Refus."""
    if statut != "definitive":
        raise Refus(
            "Le suivi commence quand la décision est définitive. Ce dossier n'en a pas : voyez la page de "
            "l'enveloppe, ou celle des décisions."
        )


def check_convention(
    *, existe: bool, signee_le: date, fin_le: date | None, decidee_le: date, le: date
) -> None:
    """An agreement is signed once, after the decision, not in the future. Raises Refus."""
    if existe:
        raise Refus(
            "La convention de ce projet est déjà enregistrée. Demandez un changement pour la modifier."
        )
    if signee_le > le:
        raise Refus(
            f"La convention ne peut pas être signée dans le futur ({_jour(signee_le)}). "
            "Indiquez le jour de la dernière signature."
        )
    if signee_le < decidee_le:
        raise Refus(
            f"La convention serait signée le {_jour(signee_le)}, avant la décision du {_jour(decidee_le)}. "
            "Vérifiez la date."
        )
    if fin_le is not None and fin_le <= signee_le:
        raise Refus("La fin de la convention vient après sa signature. Vérifiez les deux dates.")


def check_papier(*, nom: str, debut: bytes, taille: int, taille_max: int) -> None:
    """The paper of an agreement is a PDF by its content, not too large. Raises Refus."""
    if not nom.lower().endswith(PAPIERS) or not debut.startswith(b"%PDF-"):
        raise Refus(f"« {nom} » n'est pas un PDF. Enregistrez la convention signée en PDF et joignez-la.")
    if taille > taille_max:
        raise Refus(
            f"« {nom} » dépasse {taille_max // 1_000_000} Mo. Réduisez la résolution de la numérisation."
        )


def check_versements(
    *, montants: Sequence[Decimal], deja: Decimal, accorde: Decimal, jours: Sequence[date], signee_le: date
) -> None:
    """Payments: positive, after the signature, adding up to what is granted at most. Raises Refus."""
    if not montants:
        raise Refus("Indiquez au moins un versement : une date et une part ou un montant.")
    if any(m <= 0 for m in montants):
        raise Refus("Un versement serait nul ou négatif. Donnez à chacun un montant d'au moins un centime.")
    if any(j < signee_le for j in jours):
        raise Refus(
            f"Un versement serait prévu avant la signature de la convention ({_jour(signee_le)}). "
            "Choisissez une date postérieure."
        )
    total = sum(montants, deja)
    if total > accorde:
        raise Refus(
            f"Les versements feraient {euros(total)} pour {euros(accorde)} accordés. "
            f"Retirez {euros(total - accorde)} de l'échéancier."
        )


def check_constat(*, verse_le: date | None, jour: date, signee_le: date, le: date, reference: str) -> None:
    """A payment is noted once, on a past day, with the reference of the paying system. Raises Refus."""
    if verse_le is not None:
        raise Refus(f"Ce versement est déjà constaté, le {_jour(verse_le)}.")
    if jour > le:
        raise Refus(f"Le {_jour(jour)} n'est pas encore passé. Constatez le versement quand il est fait.")
    if jour < signee_le:
        raise Refus(
            f"Le {_jour(jour)} vient avant la signature de la convention ({_jour(signee_le)}). "
            "Vérifiez le jour."
        )
    if not reference.strip():
        raise Refus(
            "Indiquez la référence du paiement (numéro du mandat ou de la demande de paiement) : "
            "c'est par elle que le versement se retrouve en comptabilité."
        )


def check_reverser(
    *,
    verse_le: date | None,
    reverse_le: date | None,
    jour: date,
    le: date,
    reference: str,
    motif: str,
) -> None:
    """Only a payment made is paid back, once, with its reference and a reason. Raises Refus."""
    if verse_le is None:
        raise Refus("Ce versement n'a pas été fait : il n'y a rien à reverser.")
    if reverse_le is not None:
        raise Refus(f"Ce versement est déjà reversé, le {_jour(reverse_le)}.")
    if jour > le or jour < verse_le:
        raise Refus(f"Le reversement vient après le versement du {_jour(verse_le)}, et un jour déjà passé.")
    if not reference.strip():
        raise Refus("Indiquez la référence du reversement (titre de perception).")
    check_motif(motif, "Dites pourquoi le versement est rendu.")


def check_titre(titre: str) -> None:
    """A milestone has a title. Raises Refus."""
    if not titre.strip():
        raise Refus("Donnez un titre à ce jalon, par exemple « Commande passée ».")


def check_fin(*, prevu: date, fin: date | None) -> None:
    """A step stays within the project's end; past it, a delay is asked for. Raises Refus."""
    if fin is not None and prevu > fin:
        raise Refus(
            f"Le {_jour(prevu)} vient après la fin de la convention ({_jour(fin)}). "
            "Demandez d'abord un report de délai."
        )


def check_atteindre(*, nature: str, atteint_le: date | None, jour: date, le: date) -> None:
    """A milestone is reached once, on a past day; due dates of indicators are reached by declaring them.
    Raises Refus.
    """
    if nature != "etape":
        raise Refus("Cette échéance est atteinte quand tous les indicateurs sont déclarés. Déclarez-les.")
    if atteint_le is not None:
        raise Refus(f"Ce jalon est déjà atteint, le {_jour(atteint_le)}.")
    if jour > le:
        raise Refus(f"Le {_jour(jour)} n'est pas encore passé. Déclarez le jalon quand il est atteint.")


def check_deplacer(*, atteint_le: date | None, prevu: date, lu: date, jour: date, motif: str) -> None:
    """A milestone not yet reached may move, with a reason; *lu* is the date its mover saw. Raises Refus."""
    if atteint_le is not None:
        raise Refus("Ce jalon est atteint : sa date prévue ne bouge plus.")
    if lu != prevu:
        raise Refus(
            f"La date de ce jalon a changé entre-temps : elle est maintenant au {_jour(prevu)}. "
            "Relisez la page, puis recommencez si besoin."
        )
    if jour == prevu:
        raise Refus("La nouvelle date est celle qui est déjà prévue. Choisissez-en une autre.")
    check_motif(motif, "Dites pourquoi la date change : le motif reste à côté de la date d'origine.")


def check_releve(
    *,
    titre: str,
    unite: str,
    nature: str,
    jour: date,
    valeur: Decimal,
    le: date,
    debut: date,
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
) -> None:
    """A declared value within its bounds, at a day that makes sense. Raises Refus.

    Without bounds of its own an indicator in per cent stays between 0 and 100. A measure is of a past day
    and not before the decision *debut*; a target may be in the future.
    """
    if not valeur.is_finite() or abs(valeur) >= MAXIMUM:
        raise Refus(f"« {titre} » : cette valeur n'est pas un nombre qui peut être enregistré.")
    if valeur != valeur.quantize(Decimal(1).scaleb(-DECIMALES)):
        raise Refus(f"« {titre} » : donnez {DECIMALES} décimales au plus.")
    bas, haut = bornes(unite, minimum, maximum)
    dit = f"{quantite(valeur)} {unite}".strip()
    if bas is not None and valeur < bas:
        raise Refus(f"« {titre} » : {dit} est au-dessous de {quantite(bas)}. {_aide(unite)}")
    if haut is not None and valeur > haut:
        raise Refus(f"« {titre} » : {dit} est au-dessus de {quantite(haut)}. {_aide(unite)}")
    if nature != "cible" and jour > le:
        raise Refus(f"« {titre} » : le {_jour(jour)} n'est pas encore passé. Indiquez le jour de la mesure.")
    if nature == "mesure" and jour < debut:
        raise Refus(
            f"« {titre} » : une mesure vient après la décision du {_jour(debut)}. "
            "Pour la situation d'avant le projet, déclarez une valeur de départ."
        )


def bornes(
    unite: str, minimum: Decimal | None, maximum: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """The bounds that hold: those of the indicator, else 0 to 100 for a share in per cent."""
    if unite.strip().lower() in UNITES_POUR_CENT:
        return (
            Decimal(0) if minimum is None else minimum,
            Decimal(100) if maximum is None else maximum,
        )
    return minimum, maximum


def check_correction(*, lue: Decimal | None, courante: Decimal, valeur: Decimal, motif: str) -> None:
    """A declared value is corrected with a reason, from the value its author saw. Raises Refus."""
    if lue is not None and lue != courante:
        raise Refus(
            f"Cette valeur a été corrigée entre-temps : elle est maintenant de {quantite(courante)}. "
            "Relisez la page, puis recommencez si besoin."
        )
    if valeur == courante:
        raise Refus("La valeur corrigée est la même que celle qui est déclarée. Rien n'a été modifié.")
    check_motif(motif, "Dites pourquoi la valeur est corrigée : l'ancienne reste lisible à côté.")


def check_motif(motif: str, phrase: str) -> None:
    """A reason is written. Raises Refus with *phrase*."""
    if not motif.strip():
        raise Refus(phrase)


def _aide(unite: str) -> str:
    if unite.strip().lower() in UNITES_POUR_CENT:
        return "La valeur s'exprime en pour cent : 45 pour 45 %."
    return "Vérifiez l'unité et la virgule."


def _jour(jour: date) -> str:
    return f"{jour:%d/%m/%Y}"
