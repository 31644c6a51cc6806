"""A revision clause as a document (YAML or JSON): read with sentences, written back in one canonical form."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fanal.prix.compute.clause import (
    A_LA_DATE,
    DERNIER_CONNU,
    EFFETS,
    EN_VIGUEUR,
    MODES,
    MOYENNE,
    REFERENCES,
    VALEUR_DU_MOIS,
    Clause,
    LectureIndice,
    Terme,
)
from fanal.prix.compute.ecriture import SENS, Arrondi, ecrire
from fanal.prix.rules.lecteur import Lecteur
from fanal.refus import Inutilisable

CLES = (
    "intitule",
    "article",
    "formule",
    "mois_zero",
    "lecture",
    "lecture_zero",
    "periodicite",
    "effet",
    "arrondi",
    "butoir",
    "plancher",
    "sauvegarde",
    "seuil",
    "lignes",
)
TERMES_MAX = 20


def lire_clause(brut: object, chemin: str = "clause") -> Clause:
    """The clause written in *brut*. Raises `Inutilisable` naming the key that is wrong."""
    doc = Lecteur(brut, chemin, CLES)
    fixed, terms = _formule(doc)
    lecture = _lecture(doc, "lecture", LectureIndice())
    same = LectureIndice(MOYENNE, lecture.mois) if lecture.mode == MOYENNE else LectureIndice()
    months, first = _periodicite(doc)
    coefficient, price = _arrondis(doc)
    up, down, reference = _butoir(doc)
    return Clause(
        fixe=fixed,
        termes=terms,
        mois_zero=doc.mois("mois_zero"),
        lecture=lecture,
        lecture_zero=_lecture_zero(doc, same),
        periode_mois=months,
        premiere=first,
        effet=doc.choix("effet", EFFETS, A_LA_DATE),
        arrondi_coefficient=coefficient,
        arrondi_prix=price,
        hausse_max=up,
        baisse_max=down,
        reference=reference,
        plancher=doc.nombre_ou_rien("plancher", maximum=1),
        sauvegarde=doc.nombre_ou_rien("sauvegarde", maximum=10),
        seuil=doc.nombre_ou_rien("seuil", maximum=1),
        lignes=tuple(dict.fromkeys(str(cle).strip() for cle in doc.liste("lignes"))),
        intitule=doc.texte("intitule"),
        article=doc.texte("article"),
    )


def ecrire_clause(clause: Clause) -> dict[str, Any]:
    """The canonical document of a clause: texts only, the same for every spelling of the same clause."""
    document: dict[str, Any] = {
        "intitule": clause.intitule,
        "article": clause.article,
        "formule": {
            "fixe": _nombre(clause.fixe),
            "termes": [{"indice": t.indice, "part": _nombre(t.part)} for t in clause.termes],
        },
        "mois_zero": f"{clause.mois_zero:%Y-%m}",
        "lecture": _ecrire_lecture(clause.lecture),
        "lecture_zero": _ecrire_lecture(clause.lecture_zero),
        "effet": clause.effet,
        "arrondi": {"prix": _ecrire_arrondi(clause.arrondi_prix)},
        "lignes": list(clause.lignes),
    }
    if clause.premiere and clause.periode_mois:
        document["periodicite"] = {"mois": clause.periode_mois, "premiere": clause.premiere.isoformat()}
    if clause.arrondi_coefficient:
        document["arrondi"]["coefficient"] = _ecrire_arrondi(clause.arrondi_coefficient)
    if clause.hausse_max is not None or clause.baisse_max is not None:
        bounds = {"hausse": clause.hausse_max, "baisse": clause.baisse_max}
        document["butoir"] = {k: _nombre(v) for k, v in bounds.items() if v is not None}
        document["butoir"]["reference"] = clause.reference
    for name, value in (
        ("plancher", clause.plancher),
        ("sauvegarde", clause.sauvegarde),
        ("seuil", clause.seuil),
    ):
        if value is not None:
            document[name] = _nombre(value)
    return document


def _formule(doc: Lecteur) -> tuple[Fraction, tuple[Terme, ...]]:
    example = "formule: {fixe: 0.15, termes: [{indice: CODE, part: 0.85}]}"
    formula = Lecteur(doc.requis("formule", example), doc.cle("formule"), ("fixe", "termes"))
    fixed = formula.nombre("fixe", maximum=1) if "fixe" in formula else Fraction(0)
    terms = []
    raw = formula.liste("termes")
    if not raw:
        raise Inutilisable(
            f"Il manque la clé « {formula.cle('termes')} » : une clause de révision cite au moins un indice."
        )
    if len(raw) > TERMES_MAX:
        raise Inutilisable(f"{formula.cle('termes')} : {TERMES_MAX} termes au plus sont admis.")
    for rank, item in enumerate(raw, 1):
        term = Lecteur(item, f"{formula.cle('termes')}[{rank}]", ("indice", "part"))
        code = str(term.requis("indice", "indice: CODE")).strip()
        terms.append(Terme(code, term.nombre("part", maximum=1, exemple="0,85")))
    if len({t.indice for t in terms}) != len(terms):
        raise Inutilisable(
            f"{formula.cle('termes')} : le même indice est cité deux fois. Additionnez ses parts."
        )
    _check_somme(formula.cle(""), fixed, tuple(terms))
    return fixed, tuple(terms)


def _check_somme(where: str, fixed: Fraction, terms: tuple[Terme, ...]) -> None:
    """a + Σ b = 1 exactly: otherwise the price would move while the indices stand still."""
    parts = sum((t.part for t in terms), Fraction(0))
    if fixed + parts != 1:
        raise Inutilisable(
            f"{where.rstrip('.')} : la partie fixe ({ecrire(fixed)}) et les parts des indices "
            f"({ecrire(parts)}) font {ecrire(fixed + parts)}. Leur somme doit être exactement 1."
        )


def _lecture(doc: Lecteur, name: str, default: LectureIndice) -> LectureIndice:
    if name not in doc:
        return default
    raw = doc.brut[name]
    if isinstance(raw, str):
        raw = {"mode": raw}
    part = Lecteur(raw, doc.cle(name), ("mode", "mois", "decalage", "date"))
    mode = part.choix("mode", MODES, VALEUR_DU_MOIS)
    if mode != MOYENNE and "mois" in part:
        raise Inutilisable(f"{part.cle('mois')} : ce nombre de mois ne sert qu'avec le mode « {MOYENNE} ».")
    if mode == MOYENNE and "mois" not in part:
        raise Inutilisable(f"Il manque la clé « {part.cle('mois')} » : le nombre de mois de la moyenne.")
    if mode == DERNIER_CONNU and "decalage" in part:
        raise Inutilisable(f"{part.cle('decalage')} : le dernier indice connu n'a pas de décalage.")
    day = part.jour("date")
    if day is not None and (name == "lecture" or mode != DERNIER_CONNU):
        raise Inutilisable(
            f"{part.cle('date')} : cette date ne sert qu'à lire l'indice zéro en mode « {DERNIER_CONNU} »."
        )
    months = part.entier("mois", 1, minimum=1, maximum=60)
    return LectureIndice(mode, months, part.entier("decalage", 0, minimum=0, maximum=60), day)


def _lecture_zero(doc: Lecteur, default: LectureIndice) -> LectureIndice:
    found = _lecture(doc, "lecture_zero", default)
    if found.mode == DERNIER_CONNU and found.le is None:
        raise Inutilisable(
            f"Il manque la clé « {doc.cle('lecture_zero')}.date » : le jour où l'indice zéro était connu, "
            "par exemple la date limite de remise des offres."
        )
    return found


def _periodicite(doc: Lecteur) -> tuple[int | None, date | None]:
    if "periodicite" not in doc:
        return None, None
    part = Lecteur(doc.brut["periodicite"], doc.cle("periodicite"), ("mois", "premiere"))
    part.requis("mois", "mois: 12")
    part.requis("premiere", "premiere: 2025-01-01")
    return part.entier("mois", 12, minimum=1, maximum=120), part.jour("premiere")


def _arrondis(doc: Lecteur) -> tuple[Arrondi | None, Arrondi]:
    if "arrondi" not in doc:
        return None, Arrondi(2)
    part = Lecteur(doc.brut["arrondi"], doc.cle("arrondi"), ("coefficient", "prix"))
    return _arrondi(part, "coefficient"), _arrondi(part, "prix") or Arrondi(2)


def _arrondi(doc: Lecteur, name: str) -> Arrondi | None:
    if name not in doc:
        return None
    part = Lecteur(doc.brut[name], doc.cle(name), ("decimales", "sens"))
    part.requis("decimales", "decimales: 3")
    # Six decimals of a price are what the register keeps.
    return Arrondi(part.entier("decimales", 2, maximum=6), part.choix("sens", SENS, "proche"))


def _butoir(doc: Lecteur) -> tuple[Fraction | None, Fraction | None, str]:
    if "butoir" not in doc:
        return None, None, EN_VIGUEUR
    raw = doc.brut["butoir"]
    if not isinstance(raw, Mapping):
        raw = {"hausse": raw}
    part = Lecteur(raw, doc.cle("butoir"), ("hausse", "baisse", "reference"))
    up, down = part.nombre_ou_rien("hausse", maximum=10), part.nombre_ou_rien("baisse", maximum=1)
    if up is None and down is None:
        raise Inutilisable(f"{part.chemin} : donnez « hausse », « baisse » ou les deux, par exemple 0,03.")
    return up, down, part.choix("reference", REFERENCES, EN_VIGUEUR)


def _ecrire_lecture(lecture: LectureIndice) -> dict[str, Any]:
    document: dict[str, Any] = {"mode": lecture.mode}
    if lecture.mode == MOYENNE:
        document["mois"] = lecture.mois
    if lecture.decalage:
        document["decalage"] = lecture.decalage
    if lecture.le:
        document["date"] = lecture.le.isoformat()
    return document


def _ecrire_arrondi(arrondi: Arrondi) -> dict[str, Any]:
    return {"decimales": arrondi.decimales, "sens": arrondi.sens}


def _nombre(valeur: Fraction) -> str:
    """Exact: every number came from a decimal text."""
    exact = Decimal(valeur.numerator) / Decimal(valeur.denominator)
    return f"{exact.normalize():f}"
