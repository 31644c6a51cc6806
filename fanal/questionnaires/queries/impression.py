"""The printable dossier."""

from datetime import datetime
from typing import Any

from fanal.campagnes.temps import instant_fr
from fanal.interface import pdf
from fanal.moteurs import xlsform
from fanal.questionnaires.compute.phrases import situee
from fanal.questionnaires.models import Brouillon, Reponse
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.questionnaires.queries.lisibles import GroupeLu, Lue, TableLue, reponses_lisibles

MODELE = "questionnaires/documents/dossier.typ"
RESTES_MAX = 25


def dossier_pdf(source: Reponse | Brouillon, *, instant: datetime, effectifs: bool = False) -> bytes:
    """The PDF of a draft, or of the answers frozen on a version, with what is wrong with them."""
    formulaire = formulaire_de(source.formulaire)
    if isinstance(source, Reponse):
        dossier = source.version.dossier
        etat = f"Version {source.version.numero}, déposée le {instant_fr(source.version.created_at)}"
        remarques = [(a["chemin"], a["phrase"]) for a in source.anomalies]
    else:
        dossier, etat = source.dossier, f"Brouillon au {instant_fr(instant)} : ce dossier n'est pas déposé"
        juge = xlsform.juger(formulaire, source.reponses, instant=instant)
        remarques = [(a.chemin, a.phrase) for a in juge.anomalies]
    restes = [situee(formulaire, *remarque) for remarque in remarques]
    donnees: dict[str, Any] = {
        "titre": dossier.campagne.titre,
        "sous_titre": formulaire.titre,
        "entete": [
            {"libelle": "Déclarant", "valeur": dossier.nom_noeud},
            {"libelle": "Référence", "valeur": dossier.reference or f"n° {dossier.pk}"},
            {"libelle": "État", "valeur": etat},
            {"libelle": "Formulaire", "valeur": str(source.formulaire)},
        ],
        "phrase_restes": f"{len(restes)} point{'s' if len(restes) > 1 else ''} à compléter ou à corriger",
        "restes": restes[:RESTES_MAX] + (["…"] if len(restes) > RESTES_MAX else []),
        "sections": [
            {"titre": s.titre, "entrees": [_entree(e, s.titre) for e in s.entrees]}
            for s in reponses_lisibles(source, instant=instant, effectifs=effectifs)
        ],
    }
    fictif = True if dossier.campagne.demonstration else None
    return pdf.composer(MODELE, donnees, instant=instant, demonstration=fictif)


def _entree(entree: Lue | TableLue | GroupeLu, titre: str) -> dict[str, Any]:
    if isinstance(entree, Lue):
        return {"genre": "reponse", "libelle": entree.libelle, "valeur": entree.valeur}
    if isinstance(entree, GroupeLu):
        dedans = [_entree(e, titre) for e in entree.entrees]
        return {"genre": "groupe", "libelle": entree.libelle, "entrees": dedans}
    return {
        "genre": "table",
        "libelle": "" if entree.libelle == titre else entree.libelle,
        "large": entree.large,
        "entetes": entree.entetes,
        "numeriques": [_numerique(entree, i) for i in range(len(entree.entetes))],
        "rangees": [[None if c is None else c.valeur for c in rangee] for rangee in entree.rangees],
    }


def _numerique(table: TableLue, colonne: int) -> bool:
    return any(c is not None and c.numerique for c in (rangee[colonne] for rangee in table.rangees))
