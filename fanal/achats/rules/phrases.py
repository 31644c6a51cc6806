"""The sentence of each control: what is wrong, with figures, and what to do. Exact decimals decide here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from fanal.achats.compute.gains import (
    Reference,
    amortization,
    choose_reference,
    corrected,
    gain_prix,
    performance,
)
from fanal.achats.rules.catalogue import INFORMATION, commentaire_borne
from fanal.achats.rules.contexte import ContexteControle
from fanal.achats.rules.mots import euros, jour, plier, pourcent, quantite
from fanal.achats.rules.recherche import Doublon
from fanal.achats.rules.table import LIGNE, last_day

Ligne = Mapping[str, Any]


@dataclass(frozen=True)
class Constat:
    """What a control says of a line; `poids` names the weight when it is not the code's own."""

    colonne: str
    phrase: str
    donnees: Mapping[str, Any] = field(default_factory=dict)
    gravite: str | None = None
    poids: str | None = None
    commentaire: str | None = None


def build(code: str, ligne: Ligne, contexte: ContexteControle) -> Constat | None:
    """The sentence of a candidate line, or None when exact figures clear it."""
    return _CONSTATS[code](ligne, contexte)


def _reference(ligne: Ligne, contexte: ContexteControle) -> Reference | None:
    reference = choose_reference(ligne, regle=contexte.regle)
    return reference if reference is None or reference.montant > 0 else None


def _reference_absente(ligne: Ligne, contexte: ContexteControle) -> Constat:
    saisi = ligne["montant_reference_ttc"]
    if saisi is not None:
        constat = f"Le montant de référence saisi est {euros(saisi)} : il doit être supérieur à zéro."
    else:
        constat = "Le montant de référence manque."
        if ligne["perimetre_traite_ttc"] is not None:
            constat += " Le périmètre traité ne le remplace pas, car il est au nouveau prix."
    remede = "Saisissez le montant annuel à l'ancien prix, ou l'ancien prix et la quantité."
    return Constat("montant_reference_ttc", f"{constat} {remede}")


def _perimetre_absent(ligne: Ligne, contexte: ContexteControle) -> Constat:
    remede = "Saisissez le montant annuel au nouveau prix, ou le nouveau prix et la quantité."
    connue = _reference(ligne, contexte) is not None
    gravite = INFORMATION if connue else None
    return Constat("perimetre_traite_ttc", f"Le périmètre traité manque. {remede}", gravite=gravite)


def _gain_absent(ligne: Ligne, contexte: ContexteControle) -> Constat:
    p0, p1, q = (ligne[c] for c in ("prix_reference_ttc", "prix_nouveau_ttc", "quantite_reference"))
    donnees: dict[str, Any] = {}
    remede = (
        "Saisissez le gain sur douze mois, ou le statut de l'action si le marché n'est pas encore notifié."
    )
    if None not in (p0, p1, q):
        calcule = gain_prix(
            p0,
            p1,
            q,
            regle=contexte.regle,
            nature=ligne["nature_depense"],
            duree=ligne["duree_amortissement"],
        )
        if calcule is not None:
            donnees["gain_calcule"] = calcule
            remede = f"D'après les prix et la quantité saisis, il serait de {euros(calcule)}."
    return Constat("gain_annuel_ttc", f"Le gain annuel manque. {remede}", donnees)


def _date_absente(ligne: Ligne, contexte: ContexteControle) -> Constat:
    gain = ligne["gain_annuel_ttc"]
    effet = (
        f" Sans elle, le gain de {euros(gain)} ne peut être placé dans aucune année."
        if gain is not None
        else ""
    )
    return Constat(
        "date_premiere_commande",
        f"La date de première commande manque.{effet} "
        "Saisissez le jour de la première commande au nouveau prix.",
    )


def _date_hors_fenetre(ligne: Ligne, contexte: ContexteControle) -> Constat:
    debut = ligne["date_premiere_commande"]
    fin = last_day(debut, contexte=contexte)
    if fin is None:
        phrase = f"La date de première commande ({jour(debut)}) n'est pas plausible. Corrigez l'année."
        return Constat("date_premiere_commande", phrase, {"debut": debut})
    return Constat(
        "date_premiere_commande",
        f"Une première commande au {jour(debut)} fait compter le gain du {jour(debut)} au {jour(fin)} : "
        f"aucun jour ne tombe en {contexte.annee}. "
        "Vérifiez la date, ou déclarez l'action dans une autre campagne.",
        {"debut": debut, "fin": fin},
    )


def _sup_100(ligne: Ligne, contexte: ContexteControle) -> Constat | None:
    gain, reference = ligne["gain_annuel_ttc"], _reference(ligne, contexte)
    if reference is None or reference.base_operateur or gain < contexte.blocage * reference.montant:
        return None
    taux = gain / reference.montant
    donnees: dict[str, Any] = {"performance": taux, "gain": gain, "reference": reference.montant}
    phrase = (
        f"La performance est de {pourcent(taux)} : un gain de {euros(gain)} pour un montant de référence de "
        f"{euros(reference.montant)}. À l'ancien prix, elle reste sous 100 %."
    )
    correction = corrected(gain, reference.montant)
    if correction is None:
        return Constat(
            "montant_reference_ttc", f"{phrase} Vérifiez le gain et le montant de référence.", donnees
        )
    donnees |= {"reference_corrigee": correction.reference, "performance_corrigee": correction.performance}
    return Constat(
        "montant_reference_ttc",
        f"{phrase} Cause probable : la référence a été saisie au nouveau prix ; elle serait alors de "
        f"{euros(correction.reference)} et la performance de {pourcent(correction.performance)}. "
        "Corrigez le montant de référence, ou le gain.",
        donnees,
    )


def _sup_borne(ligne: Ligne, contexte: ContexteControle) -> Constat | None:
    reference, gain = _reference(ligne, contexte), ligne["gain_annuel_ttc"]
    taux = None if reference is None else performance(gain, reference)
    bornes = contexte.bounds(ligne["famille"])
    if reference is None or taux is None or taux <= bornes.alerte:
        return None
    if taux >= contexte.blocage and not reference.base_operateur:
        return None
    forte, explique = taux > bornes.alerte_forte, bool((ligne["explication"] or "").strip())
    borne = bornes.alerte_forte if forte else bornes.alerte
    poids = (
        "performance_sup_borne_expliquee" if explique else "performance_sup_borne_forte" if forte else None
    )
    suite = "Votre explication sera lue." if explique else "Expliquez précisément ce gain, ou corrigez-le."
    base = " (rapportée à l'ancien prix)" if reference.base_operateur else ""
    # A rate just above the bound must not be printed as equal to it.
    decimales = next((d for d in (1, 2, 3) if pourcent(taux, d) != pourcent(borne, d)), 4)
    return Constat(
        "gain_annuel_ttc",
        f"La performance{base} est de {pourcent(taux, decimales)}, au-dessus de la borne de contrôle "
        f"de {pourcent(borne, 0)}. {suite}",
        {"performance": taux, "borne": borne, "niveau": "forte" if forte else "alerte", "explique": explique},
        poids=poids,
        commentaire=commentaire_borne(explique=explique),
    )


def _non_atteignable(ligne: Ligne, contexte: ContexteControle) -> Constat | None:
    gain, reference = ligne["gain_annuel_ttc"], _reference(ligne, contexte)
    achats = contexte.achats_annuels.get(ligne["finess"] or "")
    montants = [("gain_annuel_ttc", "gain", gain)]
    if reference is not None and not reference.base_operateur:
        montants.append(("montant_reference_ttc", "montant de référence", reference.montant))
    for colonne, nom, montant in montants:
        if achats is not None and achats > 0 and montant is not None and montant > achats:
            return Constat(
                colonne,
                f"Le {nom} ({euros(montant)}) dépasse tout ce que l'établissement achète en un an "
                f"({euros(achats)}) : il n'est pas atteignable. Vérifiez l'unité et le nombre de zéros.",
                {"montant": montant, "achats_annuels": achats},
            )
    borne = contexte.bounds(ligne["famille"]).non_atteignable
    taux = None if reference is None or gain is None else performance(gain, reference)
    if borne is None or taux is None or taux <= borne:
        return None
    return Constat(
        "gain_annuel_ttc",
        f"La performance est de {pourcent(taux)} ; au-delà de {pourcent(borne, 0)}, elle est tenue pour non "
        "atteignable dans cette famille. Vérifiez le gain et le montant de référence.",
        {"performance": taux, "borne": borne},
    )


def _prix_quantite(ligne: Ligne, contexte: ContexteControle) -> Constat | None:
    p0, p1, q = (ligne[c] for c in ("prix_reference_ttc", "prix_nouveau_ttc", "quantite_reference"))
    gain, nature, duree = ligne["gain_annuel_ttc"], ligne["nature_depense"], ligne["duree_amortissement"]
    attendu = gain_prix(p0, p1, q, regle=contexte.regle, nature=nature, duree=duree)
    tolerance = contexte.tolerance_prix_quantite
    if attendu is None or abs(gain - attendu) <= tolerance:
        return None
    annees = amortization(nature, duree, regle=contexte.regle) or 1
    calcul = f"({quantite(p0)} − {quantite(p1)}) × {quantite(q)}" + (f" ÷ {annees}" if annees > 1 else "")
    piste = ""
    if annees > 1 and abs(gain - attendu * annees) <= tolerance:
        piste = f" Le gain d'un investissement se divise par sa durée d'amortissement ({annees} ans)."
    elif abs(gain + attendu) <= tolerance:
        piste = " Le signe semble inversé : un gain est l'ancien prix moins le nouveau."
    return Constat(
        "gain_annuel_ttc",
        f"Le gain saisi est de {euros(gain)}, mais {calcul} donne {euros(attendu)}.{piste} "
        "Corrigez le gain, les prix ou la quantité.",
        {"gain": gain, "gain_calcule": attendu, "ecart": gain - attendu},
    )


def _famille_inconnue(ligne: Ligne, contexte: ContexteControle) -> Constat:
    famille, connues = ligne["famille"], contexte.familles_connues or {}
    if famille is None:
        return Constat("famille", "La famille d'achat manque. Choisissez-la dans la nomenclature.")
    proches = get_close_matches(plier(famille), connues, n=1, cutoff=0.6)
    piste = (
        f" Vouliez-vous dire « {connues[proches[0]]} » ?"
        if proches
        else " Choisissez une famille de la liste."
    )
    return Constat("famille", f"La famille « {famille} » n'est pas dans la nomenclature.{piste}")


def _finess_hors_ght(ligne: Ligne, contexte: ContexteControle) -> Constat:
    return Constat(
        "finess",
        f"L'établissement {ligne['finess']} ne fait pas partie de ce GHT. "
        "Vérifiez le numéro FINESS, ou faites mettre à jour la composition du GHT.",
    )


def _operateur_inconnu(ligne: Ligne, contexte: ContexteControle) -> Constat:
    nom = ligne["nom_operateur"]
    if nom is None:
        return Constat(
            "nom_operateur", "Le nom de l'opérateur d'achat manque. Saisissez-le (par exemple UniHA)."
        )
    return Constat(
        "nom_operateur",
        f"L'opérateur « {nom} » n'est pas connu de la plateforme. Vérifiez son nom, ou demandez son ajout.",
    )


def repeated(ligne: Ligne, premiere: Ligne) -> Constat:
    """The line repeats an earlier one."""
    return Constat(
        "identifiant",
        f"Cette action répète la ligne {premiere[LIGNE]} (« {premiere['identifiant']} ») : "
        f"même établissement, même gain ({euros(ligne['gain_annuel_ttc'])}) et même montant de référence. "
        "Supprimez l'une des deux, ou précisez ce qui les distingue.",
        {"ligne": premiere[LIGNE], "identifiant": premiere["identifiant"]},
    )


def _deja_reporte(ligne: Ligne, contexte: ContexteControle) -> Constat:
    return Constat(
        "identifiant",
        f"L'action « {ligne['identifiant']} », commencée le {jour(ligne['date_premiere_commande'])}, "
        f"est déjà dans la campagne {contexte.annee - 1} : son report sur {contexte.annee} en est déduit, "
        "cette ligne ne s'y ajoute pas. Retirez-la, ou changez l'identifiant si c'est une autre action.",
    )


def _type_effet_inconnu(ligne: Ligne, contexte: ContexteControle) -> Constat:
    connus = ", ".join(f"« {t} »" for t in contexte.types_effet or {})
    return Constat(
        "type_effet",
        f"Le type d'effet « {ligne['type_effet']} » n'est pas dans la liste connue ({connus}) ; la liste "
        "officielle reste à confirmer. Le gain est compté, sans être comparé aux prix.",
    )


def _statut_incoherent(ligne: Ligne, contexte: ContexteControle) -> Constat:
    return Constat(
        "statut",
        f"L'action est « {ligne['statut']} », mais un gain de {euros(ligne['gain_annuel_ttc'])} est déclaré. "
        "Corrigez le statut, ou déplacez ce montant dans le gain prévisionnel.",
    )


def _cause_non_acheteur(ligne: Ligne, contexte: ContexteControle) -> Constat:
    causes = {"baisse_tarifaire": "d'une baisse tarifaire", "revision": "d'une révision de prix"}
    cause = causes.get(ligne["cause_prix"], f"de « {ligne['cause_prix']} »")
    return Constat(
        "cause_prix",
        f"La baisse vient {cause}, non de l'acheteur : la ligne est gardée mais son gain ne compte pas.",
    )


_CONSTATS: dict[str, Callable[[Ligne, ContexteControle], Constat | None]] = {
    "reference_absente": _reference_absente,
    "perimetre_absent": _perimetre_absent,
    "gain_absent": _gain_absent,
    "date_absente": _date_absente,
    "date_hors_fenetre": _date_hors_fenetre,
    "performance_sup_borne": _sup_borne,
    "performance_sup_100": _sup_100,
    "non_atteignable": _non_atteignable,
    "gain_different_prix_quantite": _prix_quantite,
    "famille_inconnue": _famille_inconnue,
    "finess_hors_ght": _finess_hors_ght,
    "operateur_inconnu": _operateur_inconnu,
    "deja_reporte": _deja_reporte,
    "type_effet_inconnu": _type_effet_inconnu,
    "statut_incoherent": _statut_incoherent,
    "cause_prix_non_acheteur": _cause_non_acheteur,
}


def claimed_twice(ligne: Ligne, doublon: Doublon, contexte: ContexteControle) -> Constat:
    """Both declarations, the lower one, and the difference."""
    ght, operateur = doublon.ght, doublon.operateur
    nom = doublon.nom or "l'opérateur"
    ici = "ici" if doublon.lignes == 1 else f"pour les {doublon.lignes} lignes de ce marché"
    retenu = min(ght, operateur)
    phrase = (
        f"Ce gain est aussi déclaré par {nom} (marché {ligne['numero_marche']}, "
        f"établissement {ligne['finess']}) : {euros(operateur)} en {contexte.annee}, "
        f"contre {euros(ght)} {ici}. "
    )
    if ght == operateur:
        phrase += "Les deux déclarations concordent ; le gain ne compte qu'une fois."
    else:
        phrase += (
            f"Le plus faible est retenu ({euros(retenu)}) ; l'écart est de {euros(abs(ght - operateur))}."
        )
    if ght > operateur:
        phrase += " Rapprochez-vous de l'opérateur si l'un des deux montants est à corriger."
    donnees = {"ght": ght, "operateur": operateur, "retenu": retenu, "ecart": ght - operateur, "nom": nom}
    return Constat("numero_marche", phrase, donnees, gravite=None if ght > operateur else INFORMATION)
