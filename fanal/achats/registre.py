"""The performance campaign: who answers in which format, through which steps."""

from typing import Any

from fanal.campagnes.models import Campagne
from fanal.campagnes.registre import (
    Etape,
    Exigence,
    Indicateur,
    Reception,
    Transition,
    TypeCampagne,
)
from fanal.differe import Differe

record_actions = Differe("fanal.achats.actions.enregistrement", "record_actions")
record_operator_gains = Differe("fanal.achats.actions.enregistrement", "record_operator_gains")
record_objectives = Differe("fanal.achats.actions.enregistrement", "record_objectives")
record_nomenclature = Differe("fanal.achats.actions.enregistrement", "record_nomenclature")
record_purchases = Differe("fanal.achats.actions.enregistrement", "record_purchases")
check_choices = Differe("fanal.achats.queries.choix", "check_choices")
declared_amounts = Differe("fanal.achats.queries.choix", "declared_amounts")
control_reading = Differe("fanal.achats.queries.controles", "control_reading")
control_operator_reading = Differe("fanal.achats.queries.controles", "control_operator_reading")
describe = Differe("fanal.achats.queries.lignes", "describe")

ETAPES = (
    Etape("brouillon", "Brouillon", "Le GHT prépare sa trame.", preparation=True),
    Etape(
        "valide",
        "Validé",
        "Le directeur achats du GHT a validé la trame ; elle reste à transmettre à l'ARS.",
        preparation=True,
        apres_modification="brouillon",
    ),
    Etape("transmis", "Transmis à l'ARS", "L'ARS peut donner son avis.", avis=True),
    Etape("en_controle", "En contrôle", "Les lignes sont examinées.", avis=True, controle=True),
    Etape("observations", "Observations du GHT", "Le GHT répond aux demandes.", avis=True, controle=True),
    Etape(
        "decide",
        "Décidé",
        "Toutes les lignes sont décidées.",
        apres_modification="en_controle",
        decidee=True,
    ),
    Etape("publie", "Publié", "Les résultats sont publiés.", modifiable=False, publiee=True),
)
TRANSITIONS = (
    Transition(
        "valider", "Valider la trame", ("brouillon",), "valide", "dossier.valider", exige=(Exigence.VERSION,)
    ),
    Transition("reprendre", "Reprendre la trame", ("valide",), "brouillon", "dossier.deposer"),
    Transition("transmettre", "Transmettre à l'ARS", ("valide",), "transmis", "dossier.transmettre"),
    Transition("controler", "Prendre en contrôle", ("transmis",), "en_controle", "ligne.decider"),
    # A trame that its GHT never sent must not hold the publication back.
    Transition(
        "saisir",
        "Prendre en contrôle d'office",
        ("brouillon", "valide"),
        "en_controle",
        "ligne.decider",
        exige=(Exigence.VERSION, Exigence.CLOTURE_PASSEE, Exigence.MOTIF),
    ),
    Transition(
        "demander",
        "Ouvrir la période de réponse",
        ("en_controle",),
        "observations",
        "ligne.decider",
        exige=(Exigence.OBSERVATIONS_DEMANDEES,),
    ),
    Transition(
        "clore_observations",
        "Reprendre le contrôle",
        ("observations",),
        "en_controle",
        "ligne.decider",
        exige=(Exigence.OBSERVATIONS_CLOSES,),
    ),
    Transition(
        "arreter",
        "Arrêter les décisions",
        ("en_controle", "observations"),
        "decide",
        "ligne.decider",
        exige=(Exigence.OBSERVATIONS_CLOSES, Exigence.LIGNES_DECIDEES),
    ),
    Transition(
        "renvoyer",
        "Renvoyer au GHT",
        ("transmis", "en_controle"),
        "brouillon",
        "ligne.decider",
        exige=(Exigence.MOTIF,),
    ),
    Transition(
        "rouvrir",
        "Rouvrir le contrôle",
        ("decide", "publie"),
        "en_controle",
        "ligne.decider",
        exige=(Exigence.MOTIF,),
    ),
)
ETAPES_OPERATEUR = (
    Etape("brouillon", "Brouillon", "L'opérateur prépare sa déclaration.", preparation=True),
    Etape(
        "transmis",
        "Transmis",
        "La déclaration est rapprochée de celles des GHT.",
        controle=True,
        decidee=True,
    ),
    Etape("publie", "Publié", "Les résultats sont publiés.", modifiable=False, publiee=True),
)
TRANSITIONS_OPERATEUR = (
    Transition(
        "transmettre",
        "Transmettre la déclaration",
        ("brouillon",),
        "transmis",
        "operateur.declarer",
        exige=(Exigence.VERSION,),
    ),
    Transition(
        "rouvrir", "Rouvrir la déclaration", ("publie",), "transmis", "ligne.decider", exige=(Exigence.MOTIF,)
    ),
)
ETAPES_REFERENCE = (Etape("enregistre", "Enregistré", "Les valeurs servent aux calculs.", decidee=True),)


def compose(campagne: Campagne) -> dict[str, Any]:
    """The results of a campaign as they are published: totals, breakdowns, and the amounts of every line."""
    from fanal.achats.compute.resultats import VENTILATIONS
    from fanal.achats.queries.performance import performance

    result = performance(campagne.annee, campagne.periode)
    columns = ("ght", "identifiant", "declare_c", "retire_c", "ecart_c", "retenu_c")
    lines = result.lignes.sort("ght", "identifiant", "action_id").select(columns)
    return result.to_json(ventilations=VENTILATIONS) | {
        "regle": result.regle,
        "lignes": {"colonnes": list(columns), "valeurs": [list(r) for r in lines.iter_rows()]},
    }


INDICATEURS = {
    "gains_retenus": Indicateur("Gains retenus", "montant"),
    "objectif": Indicateur("Objectif", "montant"),
    "taux_atteinte": Indicateur("Atteinte", "taux"),
    "taux_couverture": Indicateur("Couverture", "taux"),
    "gains_declares": Indicateur("Gains déclarés", "montant"),
    "gains_retires": Indicateur("Retirés", "montant"),
    "ecart_doublons": Indicateur("Doublons", "montant"),
    "operateurs_repris": Indicateur("Repris des opérateurs", "montant"),
    "report": Indicateur("dont report", "montant", visible=False),
    "actions_nouvelles": Indicateur("dont actions nouvelles", "montant", visible=False),
    "gains_operateurs": Indicateur("Déclarés par les opérateurs", "montant", visible=False),
    "en_attente": Indicateur("En attente", "montant", visible=False),
    "taux_performance": Indicateur("Performance", "taux", visible=False),
    "taux_qualite_montant": Indicateur("Qualité (montant)", "taux", visible=False),
    "taux_qualite_lignes": Indicateur("Qualité (lignes)", "taux", visible=False),
    "indice_surperformance_partie": Indicateur("Surperformance des parties", "taux", visible=False),
}
TABLES = {
    "par_region": "Région",
    "par_famille": "Famille",
    "par_operateur": "Opérateur",
    "par_role": "Établissements",
    "par_nom_operateur": "Nom de l'opérateur",
    "par_ght": "GHT",
    "par_etablissement": "Établissement",
}
LIGNES = {
    "ght": Indicateur("GHT", "texte"),
    "identifiant": Indicateur("Action", "texte"),
    "declare_c": Indicateur("Déclaré", "centimes"),
    "retire_c": Indicateur("Retiré", "centimes"),
    "ecart_c": Indicateur("Doublon", "centimes"),
    "retenu_c": Indicateur("Retenu", "centimes"),
}

PERFORMANCE = TypeCampagne(
    code="performance",
    titre="Remontée de la performance achat",
    periodes=("fin-annee", "mi-annee"),
    titres_periodes={"fin-annee": "fin d'année", "mi-annee": "mi-année"},
    composer=compose,
    indicateurs=INDICATEURS,
    ventilations=TABLES,
    lignes=LIGNES,
    file="achats:controle",
    receptions={
        "paat": Reception(
            format="paat",
            niveaux=("ght",),
            permission="dossier.deposer",
            etapes=ETAPES,
            transitions=TRANSITIONS,
            enregistrer=record_actions,
            decrire=describe,
            decidable=True,
            controler=control_reading,
            controler_choix=check_choices,
            montants=declared_amounts,
        ),
        "operateur": Reception(
            format="operateur",
            niveaux=("operateur",),
            permission="operateur.declarer",
            etapes=ETAPES_OPERATEUR,
            transitions=TRANSITIONS_OPERATEUR,
            enregistrer=record_operator_gains,
            decrire=describe,
            controler=control_operator_reading,
            sens=("repris",),
            controler_choix=check_choices,
            montants=declared_amounts,
        ),
        "objectifs": Reception(
            format="objectifs",
            niveaux=("national",),
            permission="campagne.gerer",
            etapes=ETAPES_REFERENCE,
            transitions=(),
            enregistrer=record_objectives,
            decrire=describe,
        ),
        "nomenclature": Reception(
            format="nomenclature",
            niveaux=("national",),
            permission="campagne.gerer",
            etapes=ETAPES_REFERENCE,
            transitions=(),
            enregistrer=record_nomenclature,
            decrire=describe,
        ),
        "achats_annuels": Reception(
            format="achats_annuels",
            niveaux=("ght", "region", "national"),
            permission="dossier.deposer",
            etapes=ETAPES_REFERENCE,
            transitions=(),
            enregistrer=record_purchases,
            decrire=describe,
        ),
    },
)
