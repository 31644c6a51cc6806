"""What two labels say of each other: words found again, strengths, packages and forms that agree or not."""

from collections.abc import Mapping

from fanal.moteurs.rapprochement.lu import BOITE, Lu
from fanal.moteurs.rapprochement.mots import ressemblance, restes
from fanal.moteurs.rapprochement.texte import jetons

# What is compared, in the order of `poids.json`.
TRAITS = (
    "cosinus",
    "chaines",
    "mots_connus_en_trop",
    "mots_inconnus_en_trop",
    "mots_du_produit_en_moins",
    "mot_pour_un_autre",
    "nom_du_produit_absent",
    "nombre_contredit",
    "nombre_en_trop",
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
CONTRE = frozenset(TRAITS[2:8]) | {name for name in TRAITS if "contredit" in name or "_tu_" in name}
MEME = 0.9  # likeness from which a word is the one that another label denies
PLAFOND = 3.0  # what counts of words or of strengths: beyond, nothing more is learnt


def _comparer(gauche: Mapping[str, frozenset[str]], droite: Mapping[str, frozenset[str]]) -> tuple[int, int]:
    """How many kinds agree, and how many contradict each other, among those that both tell."""
    both = gauche.keys() & droite.keys() - {BOITE}
    # « 1 g, 200 mg » may be a way of telling 1 g; it is no « 2 g, 200 mg ».
    agree = sum(gauche[k] <= droite[k] or droite[k] <= gauche[k] for k in both)
    return agree, len(both) - agree


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
    return against or _nombres(libelle, produit)[0] or bool(_nies(libelle, produit))


def _nombres(libelle: Lu, produit: Lu) -> tuple[bool, int]:
    """Whether each tells a number without unit that the other lacks; how many those of the label are."""
    ours = libelle.nombres - produit.valeurs
    return bool(ours and produit.nombres - libelle.valeurs), len(ours)


def traits(
    libelle: Lu, produit: Lu, cosinus: float, chaines: float, poids: Mapping[str, float], defaut: float
) -> list[float]:
    """The values of `TRAITS` for a label and a product, each between 0 and 3."""
    agree, against = _comparer(libelle.mesures, produit.mesures)
    ours, theirs = libelle.mesures.get(BOITE), produit.mesures.get(BOITE)
    forms_agree, forms_against = _comparer(libelle.formes, produit.formes)
    if libelle.nies or produit.nies:
        forms_against += bool(_nies(libelle, produit))
    other, more = _nombres(libelle, produit)
    left = restes(libelle, produit, poids, defaut)
    return [
        cosinus,
        chaines,
        min(left.connu, PLAFOND),
        min(left.inconnu, PLAFOND),
        min(left.produit, PLAFOND),
        left.echange,
        left.nom,
        float(other),
        float(min(more, PLAFOND)),
        float(min(agree, PLAFOND)),
        float(min(against, PLAFOND)),
        float(min(len(libelle.mesures.keys() - produit.mesures.keys() - {BOITE}), PLAFOND)),
        float(min(len(produit.mesures.keys() - libelle.mesures.keys() - {BOITE}), PLAFOND)),
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
