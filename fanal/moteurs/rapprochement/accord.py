"""What two labels say of each other: words found again, strengths, packages and forms that agree or not."""

from collections.abc import Mapping

from fanal.moteurs.rapprochement.lu import BOITE, Lu
from fanal.moteurs.rapprochement.mots import ressemblance, restes, seuls
from fanal.moteurs.rapprochement.texte import jetons

# What is compared, in the order of `poids.json`.
TRAITS = (
    "cosinus",
    "chaines",
    "mots_connus_en_trop",
    "mots_inconnus_en_trop",
    "mot_pour_un_autre",
    "nom_du_produit_absent",
    "nombre_contredit",
    "dosage_accorde",
    "dosage_contredit",
    "dosage_tu_du_produit",
    "dosage_tu_du_libelle",
    "boite_accordee",
    "boite_contredite",
    "forme_accordee",
    "forme_contredite",
)
# What never speaks for a product; all else never speaks against it.
CONTRE = frozenset(TRAITS[2:6]) | {name for name in TRAITS if "contredit" in name or "_tu_" in name}
MEME = 0.9  # likeness from which a word is the one that another label denies
PLAFOND = 3.0  # what counts of words or of strengths: beyond, nothing more is learnt


def _comparer(
    gauche: Mapping[str, frozenset[str]], droite: Mapping[str, frozenset[str]]
) -> tuple[int, int, int]:
    """How many kinds that both tell agree, how many contradict each other; how many the left tells alone."""
    agree = against = alone = 0
    for kind, ours in gauche.items():
        if kind == BOITE:
            continue
        theirs = droite.get(kind)
        if theirs is None:
            alone += 1
        # « 1 g, 200 mg » may be a way of telling 1 g; it is no « 2 g, 200 mg ».
        elif ours <= theirs or theirs <= ours:
            agree += 1
        else:
            against += 1
    return agree, against, alone


def _nies(libelle: Lu, produit: Lu) -> list[str]:
    """The words that one denies and the other says: « sans latex » of a glove of latex."""
    return [
        mot
        for one, other in ((libelle, produit), (produit, libelle))
        for mot in sorted(one.nies)
        if any(ressemblance(mot, word) >= MEME for word in set(other.mots) - other.nies)
    ]


def contredit(libelle: Lu, produit: Lu) -> bool:
    """Whether a product cannot be what a label says: another strength, size, number, a word denied."""
    against = _comparer(libelle.mesures, produit.mesures)[1] > 0
    return against or all(_nombres(libelle, produit)) or bool(_nies(libelle, produit))


def _nombres(libelle: Lu, produit: Lu) -> tuple[frozenset[str], frozenset[str]]:
    """The numbers without unit that only the label tells, and those that the product tells in their place.

    « Dos 80 » is no « dos 50 mm »: a number without unit may be of a measure that the label does not tell.
    """
    ours = libelle.nombres - produit.valeurs
    if not ours:
        return ours, ours
    untold = (v for k, vs in produit.mesures.items() if k not in libelle.mesures and k != BOITE for v in vs)
    return ours, produit.nombres.union(v for v in untold if v.isdigit()) - libelle.valeurs


def traits(
    libelle: Lu, produit: Lu, cosinus: float, chaines: float, poids: Mapping[str, float], defaut: float
) -> list[float]:
    """The values of `TRAITS` for a label and a product, each between 0 and 3."""
    agree, against, alone = _comparer(libelle.mesures, produit.mesures)
    theirs_only = len(produit.mesures) - (BOITE in produit.mesures) - agree - against
    ours, theirs = libelle.mesures.get(BOITE), produit.mesures.get(BOITE)
    forms_agree, forms_against, _ = _comparer(libelle.formes, produit.formes)
    if libelle.nies or produit.nies:
        forms_against += bool(_nies(libelle, produit))
    left = restes(libelle, produit, poids, defaut)
    return [
        cosinus,
        chaines,
        min(left.connu, PLAFOND),
        min(left.inconnu, PLAFOND),
        left.echange,
        left.nom,
        float(all(_nombres(libelle, produit))),
        float(min(agree, PLAFOND)),
        float(min(against, PLAFOND)),
        float(min(alone, PLAFOND)),
        float(min(theirs_only, PLAFOND)),
        float(bool(ours and theirs and ours & theirs)),
        float(bool(ours and theirs and not ours & theirs)),
        float(min(forms_agree, PLAFOND)),
        float(min(forms_against, PLAFOND)),
    ]


def pourquoi(libelle: Lu, produit: Lu) -> tuple[str, ...]:
    """What a person reads of it: words found again, then strengths, packages, forms that agree or not."""
    said = []
    written = {jeton: raw for raw in produit.libelle.lower().split() for jeton in jetons(raw)}
    words = [
        written.get(autre, autre).strip(" ,;.()")
        for autre in produit.mots
        if any(ressemblance(mot, autre) for mot in libelle.mots)
    ]
    if words:
        said.append(f"Mots communs : {', '.join(words)}.")
    for kind in sorted(libelle.mesures.keys() & produit.mesures.keys()):
        ours, theirs = libelle.mesures[kind], produit.mesures[kind]
        if ours <= theirs or theirs <= ours:
            said.append(f"{_mot(kind)} accordé{_e(kind)} : {', '.join(sorted(ours & theirs))}{_unite(kind)}.")
        else:
            said.append(
                f"{_mot(kind)} contredit{_e(kind)} : {', '.join(sorted(ours))}{_unite(kind)} au lieu de "
                f"{', '.join(sorted(theirs))}{_unite(kind)}."
            )
    for group in sorted(libelle.formes.keys() & produit.formes.keys()):
        ours, theirs = libelle.formes[group], produit.formes[group]
        if not ours & theirs:
            said.append(
                f"Forme contredite : {', '.join(sorted(ours))} au lieu de {', '.join(sorted(theirs))}."
            )
    ours, theirs = _nombres(libelle, produit)
    if ours and theirs:
        said.append(f"Nombre contredit : {', '.join(sorted(ours))} au lieu de {', '.join(sorted(theirs))}.")
    if alone := seuls(libelle, produit):
        said.append(f"Que le produit ne dit pas : {', '.join(alone)}.")
    if denied := _nies(libelle, produit):
        said.append(f"Contredit : {', '.join(denied)}, que l'un dit et que l'autre exclut.")
    return tuple(said)


def _mot(kind: str) -> str:
    return {BOITE: "Boîte", "taille": "Taille", "ch": "Calibre", "fil": "Calibre"}.get(kind, "Dosage")


def _e(kind: str) -> str:
    return "e" if kind in (BOITE, "taille") else ""


def _unite(kind: str) -> str:
    return (
        ""
        if kind in (BOITE, "taille", "ch", "fil", "dimensions")
        else f" {kind.upper() if kind == 'ui' else kind}"
    )
