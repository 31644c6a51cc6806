"""The sentences of the adviser: publicity, times and duties, each with its article."""

from collections.abc import Mapping, Sequence
from typing import Any

from fanal.marches.rules.modifications import euros
from fanal.procedures.rules.droit import ADAPTEE, Demande, Droit, Ligne, line

ETAPES = {"candidatures": "la réception des candidatures", "offres": "la réception des offres"}


def publicity(demande: Demande, droit: Droit) -> tuple[Ligne, ...]:
    """Where the consultation must be announced."""
    formal, notice = droit.articles["seuils.procedure_formalisee"], droit.articles["seuils.publicite_boamp"]
    below, profile = droit.articles["seuils.dispense"], droit.articles["seuils.profil_acheteur"]
    if demande.montant >= formal.valeur:
        said = [line("Avis de marché au BOAMP et au Journal officiel de l'Union européenne.", formal)]
    elif demande.montant >= notice.valeur:
        said = [
            line(
                f"À partir de {euros(notice.valeur)} HT, l'avis paraît au BOAMP ou dans un journal "
                "habilité à "
                "recevoir des annonces légales.",
                notice,
            )
        ]
    elif demande.montant >= below.valeur:
        said = [
            line(
                f"En dessous de {euros(notice.valeur)} HT, la publicité est libre et adaptée au montant et à "
                "l'objet.",
                notice,
            )
        ]
    else:
        said = [line("Aucune publicité n'est exigée.", below)]
    if demande.montant >= profile.valeur:
        said.append(
            line(
                f"À partir de {euros(profile.valeur)} HT, les documents de la consultation sont sur le "
                "profil "
                "d'acheteur.",
                profile,
            )
        )
    return tuple(said)


def times(demande: Demande, droit: Droit, procedures: Sequence[str]) -> tuple[Ligne, ...]:
    """The minimum times of the procedures allowed, as the way of consulting makes them."""
    article = droit.articles["delais.reception"]
    said = []
    for procedure in procedures:
        steps = article.valeur.get(procedure)
        if steps is None:
            if procedure == ADAPTEE:
                said.append(
                    Ligne(
                        "Procédure adaptée : un délai suffisant au regard de l'objet, que la loi ne "
                        "chiffre pas.",
                        "R2123-4",
                    )
                )
            continue
        shown = [_time(step, steps[step], demande) for step in ("candidatures", "offres") if step in steps]
        said.append(
            Ligne(f"{procedure} : {' puis '.join(shown)}.", steps["article"], article.depuis, article.jusqu_a)
        )
    return tuple(said)


def shortest(values: Mapping[str, Any], demande: Demande) -> tuple[int, str]:
    """The minimum time of one step in days, and what made it so."""
    reasons = [
        ("urgence", demande.urgence, "urgence motivée"),
        ("preinformation", demande.preinformation, "avis de préinformation"),
        ("electronique", demande.electronique, "envoi électronique"),
    ]
    possible = [(int(values[k]), why) for k, holds, why in reasons if holds and k in values]
    return min([*possible, (int(values["normal"]), "")], key=lambda found: found[0])


def _time(step: str, values: Mapping[str, Any], demande: Demande) -> str:
    days, why = shortest(values, demande)
    return f"au moins {days} jours pour {ETAPES[step]}" + (f" ({why})" if why else "")


def duties(demande: Demande, droit: Droit) -> tuple[Ligne, ...]:
    """What the buyer must do besides the procedure itself."""
    return (*_before(demande, droit), *_award(demande, droit), *_publication(demande, droit))


def _before(demande: Demande, droit: Droit) -> list[Ligne]:
    below = droit.articles["seuils.dispense"]
    said = [
        Ligne(
            "Cherchez d'abord le marché d'un opérateur qui couvre ce besoin : y adhérer vous tient "
            "quitte de la "
            "publicité et de la mise en concurrence.",
            "L2113-4",
        ),
        Ligne(
            "La valeur est celle du besoin homogène de tous les établissements du GHT ; l'établissement "
            "support "
            "passe et signe le marché.",
            "R6132-16 CSP",
        ),
    ]
    if demande.montant >= below.valeur:
        said.append(
            Ligne(
                "Le marché est alloti, sauf si l'objet ne le permet pas ; ne pas allotir se motive par "
                "écrit.",
                "L2113-10 et L2113-11",
            )
        )
    else:
        said.append(
            line(
                "L'offre est pertinente, les deniers publics bien utilisés, et le même opérateur n'est "
                "pas choisi "
                "systématiquement quand plusieurs peuvent répondre.",
                below,
            )
        )
    criterion = droit.articles["durable.critere_environnemental"]
    if criterion.valeur:
        said.append(
            line(
                "Au moins un critère d'attribution porte sur les caractéristiques environnementales et les "
                "conditions d'exécution prennent l'environnement en compte : le seul prix ne suffit plus.",
                criterion,
            )
        )
    framework, maximum = (
        droit.articles["accord_cadre.duree_maximale_mois"],
        droit.articles["accord_cadre.maximum_obligatoire"],
    )
    limit = f"Un accord-cadre dure au plus {framework.valeur // 12} ans, sauf justification"
    limit += " ; il porte un maximum en valeur ou en quantité." if maximum.valeur else "."
    articles = f"{framework.reference} et {maximum.reference}"
    said.append(Ligne(limit, articles, framework.depuis, framework.jusqu_a))
    return said


def _award(demande: Demande, droit: Droit) -> list[Ligne]:
    formal = droit.articles["seuils.procedure_formalisee"]
    if demande.montant < formal.valeur:
        return []
    wait, notice = droit.articles["delais.suspension"], droit.articles["delais.avis_attribution"]
    days = wait.valeur["electronique" if demande.electronique else "autre"]
    return [
        line(f"Attendez {days} jours entre l'information des candidats évincés et la signature.", wait),
        line(
            f"Publiez l'avis d'attribution dans les {notice.valeur} jours qui suivent la signature.", notice
        ),
        Ligne(
            "Les établissements publics de santé n'ont pas de commission d'appel d'offres : la règle de "
            "l'avis "
            "au-delà de 5 % d'avenant ne s'y applique pas.",
            "L1414-4 CGCT",
        ),
    ]


def _publication(demande: Demande, droit: Droit) -> list[Ligne]:
    full, simple = (
        droit.articles["seuils.donnees_essentielles"],
        droit.articles["seuils.donnees_essentielles_simplifiees"],
    )
    if demande.montant >= full.valeur:
        return [
            line(
                "Publiez les données essentielles (DECP) dans les "
                f"{droit['delais.donnees_essentielles_mois']} mois de la notification, dès "
                f"{euros(full.valeur)} HT.",
                full,
            )
        ]
    if demande.montant >= simple.valeur:
        return [
            line(
                "Publiez les données essentielles, ou inscrivez le marché dans la liste annuelle du premier "
                f"trimestre (dès {euros(simple.valeur)} HT).",
                simple,
            )
        ]
    return []
