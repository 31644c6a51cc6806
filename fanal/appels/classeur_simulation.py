"""A simulation as a workbook that computes: change the envelope or an amount, and the sharing follows.

By score and pro rata are formulas, cent included. A sharing under constraints, by priority, or of indivisible
projects cannot be one: its amounts are written, the totals and the bounds stay formulas.
"""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from fanal.interface.exports import neutraliser

TITRES = (
    "Dossier",
    "Éligible",
    "Demandé",
    "Score",
    "Minimum",
    "Maximum",
    "Attribué",
    "Calculé par Fanal",
    "Motif",
)
PREMIERE = 7  # first row of requests, as people number them
EUROS = "#,##0.00"


def ecrire(
    titre: str,
    question: Mapping[str, Any],
    resultat: Mapping[str, Any],
    empreinte: str,
    noms: Mapping[str, str],
) -> bytes:
    """The bytes of an XLSX. Best score first; names that begin like formulas are made harmless."""
    flux = io.BytesIO()
    classeur = xlsxwriter.Workbook(flux, {"in_memory": True, "strings_to_formulas": False})
    feuille = classeur.add_worksheet("Répartition")
    gras, euros = classeur.add_format({"bold": True}), classeur.add_format({"num_format": EUROS})
    calcule = _calcule(question)
    for rang, (mot, valeur, forme) in enumerate(
        (
            ("Répartition", neutraliser(titre), gras),
            ("Enveloppe (€)", float(question["enveloppe"]), euros),
            ("Taux maximal", float(question.get("taux_max") or 1), None),
            ("Plafond par projet (€)", float(question["plafond"]) if question.get("plafond") else "", euros),
            ("Empreinte SHA-256", empreinte, None),
        )
    ):
        feuille.write(rang, 0, mot, gras)
        feuille.write(rang, 1, valeur, forme)
    for colonne, mot in enumerate(TITRES):
        feuille.write(PREMIERE - 2, colonne, mot, gras)
    rows = sorted(question["demandes"], key=lambda r: -r["score"])
    answers = {r["id"]: r for r in resultat["demandes"]}
    derniere = PREMIERE + len(rows) - 1
    for ligne, row in enumerate(rows, PREMIERE):
        answer = answers[row["id"]]
        feuille.write_string(ligne - 1, 0, neutraliser(noms.get(row["id"], row["id"])))
        feuille.write_number(ligne - 1, 1, float(row["montant_eligible"]), euros)
        feuille.write_number(ligne - 1, 2, float(row["montant_demande"]), euros)
        feuille.write_number(ligne - 1, 3, row["score"] / question.get("echelle", 1))
        feuille.write(ligne - 1, 4, float(row["minimum"]) if row.get("minimum") else "", euros)
        maximum = f'=MIN(C{ligne},ROUNDDOWN($B$3*B{ligne},2),IF($B$4="",C{ligne},$B$4))'
        feuille.write_formula(ligne - 1, 5, maximum, euros, float(answer["maximum"]))
        attribue = float(answer["attribue"])
        if calcule:
            formule = FORMULES[calcule](ligne, derniere)
            feuille.write_formula(ligne - 1, 6, formule, euros, attribue)
        else:
            feuille.write_number(ligne - 1, 6, attribue, euros)
        feuille.write_number(ligne - 1, 7, attribue, euros)
        feuille.write_string(ligne - 1, 8, neutraliser(answer["motif"]))
    _totaux(feuille, derniere, resultat, gras, classeur.add_format({"num_format": EUROS, "bold": True}))
    if not calcule:
        feuille.write_string(
            derniere + 3,
            0,
            "Cette règle ou ses contraintes ne tiennent pas dans une formule : les montants attribués sont "
            "ceux de Fanal, les totaux se recalculent.",
        )
    feuille.set_column(0, 0, 42)
    feuille.set_column(1, 7, 17)
    feuille.set_column(8, 8, 80)
    feuille.freeze_panes(PREMIERE - 1, 1)
    classeur.close()
    return flux.getvalue()


def _calcule(question: Mapping[str, Any]) -> str:
    """Which formula gives the sharing, empty when none does."""
    libre = not question.get("contraintes") and not any(r.get("minimum") for r in question["demandes"])
    return question["regle"] if libre and question["regle"] in FORMULES else ""


def _par_score(ligne: int, derniere: int) -> str:
    """Best score first: each its maximum while something is left."""
    if ligne == PREMIERE:
        return f"=MIN(F{ligne},$B$2)"
    return f"=MIN(F{ligne},MAX(0,ROUND($B$2-SUM(G${PREMIERE}:G{ligne - 1}),2)))"


def _au_prorata(ligne: int, derniere: int) -> str:
    """The share cut at the cent, then the cents left to the largest remainders (ties: first rows)."""
    tous = f"$F${PREMIERE}:$F${derniere}"
    exact = f"$B$2*{tous}/SUM({tous})"
    coupes = f"ROUNDDOWN({exact},2)"
    sien = f"$B$2*F{ligne}/SUM({tous})"
    reste = f"ROUND({sien}-ROUNDDOWN({sien},2),8)"
    restes = f"ROUND({exact}-{coupes},8)"
    avant = f"SUMPRODUCT(--({restes}>{reste}))+SUMPRODUCT(--({restes}={reste}),--(ROW({tous})<{ligne}))"
    a_donner = f"ROUND(($B$2-SUMPRODUCT({coupes}))*100,0)"
    partage = f"ROUNDDOWN({sien},2)+IF({avant}<{a_donner},0.01,0)"
    return f"=IF($B$2>=SUM({tous}),F{ligne},{partage})"


FORMULES = {"ordre_score": _par_score, "prorata": _au_prorata}


def _totaux(feuille: Any, derniere: int, resultat: Mapping[str, Any], gras: Any, euros: Any) -> None:
    feuille.write(derniere, 0, "Total", gras)
    totaux = {
        2: None,
        5: sum(float(r["maximum"]) for r in resultat["demandes"]),
        6: float(resultat["attribue"]),
        7: float(resultat["attribue"]),
    }
    for colonne, connu in totaux.items():
        lettre = "ABCDEFGH"[colonne]
        formule = f"=SUM({lettre}{PREMIERE}:{lettre}{derniere})"
        feuille.write_formula(derniere, colonne, formule, euros, connu if connu is not None else 0)
    feuille.write(derniere + 1, 0, "Reste de l'enveloppe", gras)
    feuille.write_formula(derniere + 1, 6, f"=$B$2-G{derniere + 1}", euros, float(resultat["reste"]))
