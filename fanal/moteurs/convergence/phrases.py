"""What each act is, needs and cannot be, in sentences that a buyer can check."""

from collections.abc import Callable
from datetime import date, timedelta

from fanal.moteurs.convergence.modele import Acte, Contrat, Impossible, Option

FINE, INSECABLE = "\u202f", "\u00a0"
TITRES: dict[Acte, str] = {
    Acte.TERME: "Aller à son terme",
    Acte.NON_RECONDUCTION: "Ne pas reconduire",
    Acte.ENTREE_DIFFEREE: "Rejoindre plus tard",
    Acte.AVENANT: "Prolonger par avenant",
    Acte.MARCHE_COURT: "Passer un marché court",
    Acte.MARCHE_COURT_ADAPTE: "Passer un marché court (procédure adaptée)",
    Acte.RESILIATION: "Résilier avant terme",
    Acte.HORS: "Laisser en dehors",
}
NOMS: dict[Acte, str] = {
    Acte.TERME: "Fin au terme",
    Acte.NON_RECONDUCTION: "Non-reconduction",
    Acte.ENTREE_DIFFEREE: "Entrée différée",
    Acte.AVENANT: "Avenant",
    Acte.MARCHE_COURT: "Marché court sans publicité",
    Acte.MARCHE_COURT_ADAPTE: "Marché court en procédure adaptée",
    Acte.RESILIATION: "Résiliation",
    Acte.HORS: "Maintien en dehors",
}


def euros(cents: int) -> str:
    """`4 800 €`, with its cents when there are some."""
    entiers, reste = divmod(abs(cents), 100)
    texte = f"{entiers:,}".replace(",", FINE) + (f",{reste:02}" if reste else "")
    return f"{'−' if cents < 0 else ''}{texte}{INSECABLE}€"


def jour(le: date) -> str:
    return f"{le:%d/%m/%Y}"


def duree(mois: int) -> str:
    return f"{mois} mois"


def dire_action(option: Option, contrat: Contrat, depart: date) -> str:
    """What is done with the contract, in one sentence."""
    return _ACTIONS[option.acte](option, contrat, depart)


def dire_besoins(option: Option) -> list[str]:
    """What must be done, with its ground and its last day."""
    besoins = [f"Décision expresse de reconduction n° {n}." for n in option.expresses]
    if option.refus is not None:
        avant = option.refus.preavis_le
        quand = f" à notifier au titulaire au plus tard le {jour(avant)}" if avant else ""
        besoins.append(f"Décision de ne pas reconduire (R2112-4){quand}.")
    if option.acte is Acte.AVENANT:
        besoins.append(
            f"Avenant de {duree(option.mois)} sur le motif {option.motif}, à notifier avant le "
            f"{jour(option.sortie)} ; il engage {euros(option.montant)}."
        )
    if option.acte is Acte.MARCHE_COURT:
        besoins.append(
            f"Marché sans publicité ni mise en concurrence (R2122-8) de {duree(option.mois)}, "
            f"{euros(option.montant)}, exécutable le {jour(option.sortie + timedelta(days=1))}. "
            "Le besoin s'apprécie au niveau du GHT : motivez sa brièveté."
        )
    if option.acte is Acte.MARCHE_COURT_ADAPTE:
        besoins.append(
            f"Lot d'une consultation en procédure adaptée, {duree(option.mois)}, {euros(option.montant)}, "
            f"exécutable le {jour(option.sortie + timedelta(days=1))}."
        )
    if option.acte is Acte.RESILIATION:
        besoins.append(
            f"Résiliation pour motif d'intérêt général au {jour(option.sortie)}, indemnité estimée à "
            f"{euros(option.indemnite)}."
        )
    if option.acte is Acte.HORS:
        besoins.append(f"Procédure propre à ce besoin, à prévoir avant le {jour(option.sortie)}.")
    if option.entree is not None:
        besoins.append(f"Entrée dans le marché commun le {jour(option.entree)}.")
    return besoins


def dire_impossible(refus: Impossible) -> str:
    """Why an act is not open, with the figures that forbid it."""
    nom = NOMS[refus.acte]
    if refus.mois and refus.acte not in (Acte.TERME, Acte.NON_RECONDUCTION, Acte.RESILIATION):
        nom += f" de {duree(refus.mois)}"
    if refus.motif:
        nom += f" ({refus.motif})"
    return f"{nom} impossible : {RAISONS[refus.raison](refus)}."


RAISONS: dict[str, Callable[[Impossible], str]] = {
    "marge": lambda i: (
        f"marge restante {euros(i.disponible or 0)}, il en faudrait {euros(i.demande)}"
        + (f" ({i.detail})" if i.detail else "")
    ),
    "marge_inconnue": lambda i: i.detail or "la marge restante n'est pas connue",
    "aucun_motif": lambda i: "aucun motif de modification n'a de marge connue",
    "duree_maximale": lambda i: (
        f"l'accord-cadre ne peut pas dépasser sa durée maximale, le {jour(i.le)} (L2125-1)" if i.le else ""
    ),
    "pont_trop_long": lambda i: f"un pont ne dépasse pas {duree(i.disponible or 0)}",
    "depense_inconnue": lambda i: (
        "la dépense mensuelle n'est pas connue. Saisissez le montant et la durée, ou transmettez les "
        "consommations"
    ),
    "pas_a_nous": lambda i: "ce marché est passé par un opérateur, le GHT ne peut pas le modifier",
    "preavis_passe": lambda i: (
        f"le préavis est passé depuis le {jour(i.le)}" if i.le else "le préavis est passé"
    ),
    "entree_trop_tardive": lambda i: (
        f"le marché court jusqu'à la veille du {jour(i.le)}, soit {duree(i.mois)} après le départ commun, "
        f"pour {duree(i.disponible or 0)} admis"
        if i.le
        else ""
    ),
    "seuil_inconnu": lambda i: "le seuil applicable n'est pas enregistré",
    "seuil": lambda i: (
        f"il engagerait {euros(i.demande)}, le seuil est de {euros(i.disponible or 0)}, borne exclue"
    ),
    "trop_tard": lambda i: (
        f"il faut {duree(i.disponible or 0)} pour le passer, et le marché prend fin le {jour(i.le)}"
        if i.le
        else ""
    ),
}

_ACTIONS: dict[Acte, Callable[[Option, Contrat, date], str]] = {
    Acte.TERME: lambda o, c, d: (
        f"Le marché prend fin le {jour(o.sortie)}, veille du départ commun : rien à faire."
    ),
    Acte.NON_RECONDUCTION: lambda o, c, d: (
        f"Refuser la reconduction n° {o.refus.numero if o.refus else ''} : le marché prend fin le "
        f"{jour(o.sortie)}"
        + (f", l'établissement rejoint {duree(o.mois)} après le départ commun." if o.mois else ".")
    ),
    Acte.ENTREE_DIFFEREE: lambda o, c, d: (
        f"Laisser courir jusqu'au {jour(o.sortie)} : l'établissement rejoint le marché commun "
        f"{duree(o.mois)} après son départ."
    ),
    Acte.AVENANT: lambda o, c, d: (
        f"Prolonger de {duree(o.mois)}, du {jour(o.sortie + timedelta(days=1))} au "
        f"{jour(d - timedelta(days=1))}, par un avenant de {euros(o.montant)}."
    ),
    Acte.MARCHE_COURT: lambda o, c, d: (
        f"Couvrir {duree(o.mois)} par un marché court de {euros(o.montant)}, du "
        f"{jour(o.sortie + timedelta(days=1))} au {jour(d - timedelta(days=1))}."
    ),
    Acte.MARCHE_COURT_ADAPTE: lambda o, c, d: (
        f"Couvrir {duree(o.mois)} par un lot court de {euros(o.montant)} passé en procédure adaptée, du "
        f"{jour(o.sortie + timedelta(days=1))} au {jour(d - timedelta(days=1))}."
    ),
    Acte.RESILIATION: lambda o, c, d: (
        f"Résilier au {jour(o.sortie)} : {duree(o.mois)} ne seront pas exécutés, indemnité estimée à "
        f"{euros(o.indemnite)}."
    ),
    Acte.HORS: lambda o, c, d: (
        f"Laisser en dehors : le marché prend fin le {jour(o.sortie)}, son besoin garde une procédure à lui."
    ),
}
