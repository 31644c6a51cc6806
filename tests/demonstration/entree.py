"""The plan as the tables that the platform consolidates."""

from typing import Any

from fanal.achats.compute import Consolidation, Entree, RegleGains, consolider
from fanal.demonstration.plan.modele import Ligne, Plan


def _action(numero: int, annee: int, ligne: Ligne) -> dict[str, Any]:
    return {
        "action_id": numero,
        "campagne_annee": annee,
        "ght": ligne.ght,
        "region": ligne.region,
        "finess": ligne.finess,
        "role": ligne.role,
        "famille": ligne.famille,
        "operateur": ligne.operateur,
        "nom_operateur": ligne.nom_operateur,
        "numero_marche": ligne.numero_marche,
        "identifiant": ligne.identifiant,
        "date_premiere_commande": ligne.date,
        "cause_prix": ligne.cause,
        "reference_c": ligne.reference if ligne.reference is not None else ligne.perimetre,
        "gain_c": ligne.gain,
        "decision": ligne.sens,
        "montant_retenu_c": ligne.retenu,
    }


def consolidate(plan: Plan, annee: int) -> Consolidation:
    """What the platform computes from the plan for a year."""
    ou = {e.finess: (g.code, g.region, e.role) for g in plan.ghts.values() for e in g.etablissements}
    lignes = [(a, g) for a, c in plan.campagnes.items() for g in c.toutes() if a in (annee - 1, annee)]
    declarations = [d for groupe in plan.campagnes[annee].declarations.values() for d in groupe]
    entree = Entree.from_rows(
        actions=[_action(rang, a, g) for rang, (a, g) in enumerate(lignes)],
        operateurs=[
            {
                "ligne_id": rang,
                "operateur": "NATIONAL",
                "nom_operateur": d.operateur,
                "numero_marche": d.numero_marche,
                "finess": d.finess,
                "annee": d.annee,
                "gain_c": d.gain,
                "ght": ou[d.finess][0],
                "region": ou[d.finess][1],
                "role": ou[d.finess][2],
                "decision": "repris" if d.reprise else None,
                "montant_repris_c": d.gain if d.reprise else None,
            }
            for rang, d in enumerate(declarations)
        ],
        objectifs=[
            {
                "annee": o.annee,
                "periode": o.periode,
                "niveau": o.niveau,
                "code": o.code,
                "montant_c": o.montant,
                "revision": o.revision,
            }
            for o in plan.campagnes[annee].objectifs
        ],
        achats_annuels=[
            {"finess": f, "ght": ou[f][0], "region": ou[f][1], "annee": annee, "montant_c": m}
            for f, m in plan.campagnes[annee].achats.items()
        ],
        ghts=[{"ght": g.code, "region": g.region, "nom": g.nom} for g in plan.ghts.values()],
        regions=[{"sigle": r, "nom": r} for r in dict.fromkeys(g.region for g in plan.ghts.values())],
    )
    return consolider(entree, annee=annee, regle=RegleGains())
