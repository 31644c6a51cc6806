"""A revision told: the document of the contract (decimal texts) and the answer in a few sentences."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from fanal.prix.compute.ecriture import ecrire, ecrire_part, en_decimal
from fanal.prix.compute.revision import Coefficient, LigneRevisee, Revision, TermeCalcule


def decrire(revision: Revision) -> dict[str, Any]:
    """The revision as the document of the contract: numbers as decimal texts."""
    found = revision.coefficient
    return {
        "clause": revision.clause.nom,
        "formule": revision.clause.formule,
        "regles": revision.clause.phrases(),
        "date": revision.demandee_le.isoformat(),
        "date_revision": found.le.isoformat() if found else None,
        "date_effet": found.effet.isoformat() if found else None,
        "coefficient": _texte(found.retenu) if found else None,
        "coefficient_formule": _texte(found.brut) if found else None,
        "coefficient_arrondi": _texte(found.arrondi) if found else None,
        "coefficient_en_vigueur": _texte(found.en_vigueur) if found else None,
        "partie_fixe": _texte(revision.clause.fixe),
        "termes": [_terme(term) for term in found.termes] if found else [],
        "declenchee": found.declenchee if found else False,
        "plafonne": revision.plafonne,
        "sauvegarde": found.sauvegarde if found else False,
        "provisoire": found.provisoire if found else False,
        "lignes": [_ligne(line) for line in revision.lignes],
        "phrase": phrase(revision),
    }


def phrase(revision: Revision) -> str:
    """The answer in a few sentences."""
    found, clause = revision.coefficient, revision.clause
    if found is None:
        first = f"{clause.premiere:%d/%m/%Y}" if clause.premiere else ""
        return f"La première révision est prévue le {first} : les prix ne bougent pas avant."
    moved = sum(line.bouge for line in revision.lignes)
    said = [f"Au {found.le:%d/%m/%Y}, {clause.nom} donne le coefficient {ecrire(found.arrondi)}."]
    if not found.declenchee:
        said.append(
            f"La variation ({ecrire_part(found.variation)}) est sous le seuil : les prix ne bougent pas."
        )
    elif found.plafonne:
        said.append(f"Le butoir le ramène à {ecrire(found.retenu)}.")
    elif found.au_plancher:
        said.append(f"Le plancher le porte à {ecrire(found.retenu)}.")
    said += _sauvegarde(found, clause.sauvegarde)
    if found.provisoire:
        said.append("Un indice au moins est provisoire : refaites le calcul quand il sera définitif.")
    if revision.lignes:
        verb = "lignes changent" if moved > 1 else "ligne change"
        said.append(f"{moved} {verb} de prix, sur {len(revision.lignes)}.")
    return " ".join(said)


def _sauvegarde(found: Coefficient, bound: Fraction | None) -> list[str]:
    if not found.sauvegarde or bound is None:
        return []
    return [f"La variation passe {ecrire(bound * 100)} % : la clause de sauvegarde permet la résiliation."]


def _terme(term: TermeCalcule) -> dict[str, Any]:
    return {
        "indice": term.indice,
        "part": _texte(term.part),
        "valeur": _texte(term.valeur.valeur),
        "valeur_zero": _texte(term.valeur_zero.valeur),
        "mois": [link.point.mois.isoformat()[:7] for link in term.valeur.maillons],
        "mois_zero": [link.point.mois.isoformat()[:7] for link in term.valeur_zero.maillons],
        "rapport": _texte(term.rapport),
        "produit": _texte(term.produit),
        "phrase": term.phrase,
    }


def _ligne(line: LigneRevisee) -> dict[str, Any]:
    return {
        "cle": line.ligne.cle,
        "prix_initial": _prix(line.ligne.prix_initial),
        "prix_avant": _prix(line.prix_avant),
        "prix_revise": _prix(line.prix_revise),
        "etat": line.etat,
        "enjeu": None if line.enjeu is None else str(line.enjeu),
        "calcul": line.phrase,
    }


def _prix(value: Decimal | Fraction) -> str:
    """Two decimals at least, no useless zero beyond."""
    price = en_decimal(value, 6).normalize()
    return f"{price:.2f}" if price == round(price, 2) else f"{price:f}"


def _texte(value: Fraction) -> str:
    return f"{en_decimal(value, 10).normalize():f}"
