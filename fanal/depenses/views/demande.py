"""What an address asks of the spend explorer: rows, columns, measure, filters."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from fanal.depenses.mots import AXES, IDENTIFIANTS, MESURES, nommer
from fanal.depenses.views.lieu import Lieu
from fanal.interface.ici import parametre
from fanal.moteurs.consolidation.ecriture import mois_lu
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.lac.schema import mois_texte
from fanal.refus import Inutilisable

IMAGES = {
    "auto": "Celle qui convient",
    "barres": "Barres",
    "courbe": "Courbe",
    "grille": "Grille",
    "pareto": "Pareto (classes A, B, C)",
}
# What the list of choices shows; « champ » of a filter is one of these too.
CHAMPS = {**AXES, **IDENTIFIANTS}
OPERATEURS = {"=": "est", "!=": "n'est pas", "~": "contient", ">=": "à partir de", "<=": "jusqu'à"}


@dataclass(frozen=True)
class Demande:
    """`lignes`: one or two axes; `colonne`: an axis or empty; `libres`: the conditions added one by one.

    `fautes`: sentences about what was not understood and left out.
    """

    lignes: tuple[str, ...]
    colonne: str
    mesure: str
    image: str
    du: str
    au: str
    etablissement: str
    famille: str
    libres: Filtres
    fautes: tuple[str, ...] = ()

    @property
    def filtres(self) -> Filtres:
        """Every condition: the period, the establishment, the family, then those added one by one."""
        found = Filtres()
        if self.du:
            found = found.avec("mois", ">=", self.du)
        if self.au:
            found = found.avec("mois", "<=", self.au)
        if self.etablissement:
            found = found.avec("finess", "=", self.etablissement)
        if self.famille:
            found = found.avec("famille", "=", self.famille)
        return Filtres((*found.conditions, *self.libres.conditions))

    def requete(self, lieu: Lieu, **changes: str) -> str:
        """The query string of this view on its territory, with some choices changed (empty: left out)."""
        pairs = {
            "territoire": parametre(lieu.noeud),
            "lignes": self.lignes[0],
            "lignes2": self.lignes[1] if len(self.lignes) > 1 else "",
            "colonnes": self.colonne,
            "mesure": self.mesure,
            "image": self.image if self.image != "auto" else "",
            "du": self.du,
            "au": self.au,
            "etablissement": self.etablissement,
            "famille": self.famille,
        } | changes
        kept = [(k, v) for k, v in pairs.items() if v]
        return urlencode([*kept, *(("filtre", t) for t in self.libres.textes())])


def lire(get: QueryDict, lieu: Lieu) -> Demande:
    """The view that an address asks for; what it does not say is the spend of the year by family."""
    faults: list[str] = []
    first = _parmi(get.get("lignes", ""), AXES, "famille")
    second = _parmi(get.get("lignes2", ""), AXES, "")
    column = _parmi(get.get("colonnes", ""), AXES, "")
    rows = (first, second) if second and second != first else (first,)
    measure = _parmi(get.get("mesure", ""), MESURES, "montant_ht")
    if MESURES[measure].secrete and not lieu.portee.prix and lieu.portee.prix is not None:
        faults.append(
            f"{MESURES[measure].titre} : les quantités et les prix des établissements relèvent du secret des "
            "affaires. Le montant est montré à la place."
        )
        measure = "montant_ht"
    said = {"du", "au", "filtre"} & set(get)
    since, until = _mois(get.get("du", ""), faults), _mois(get.get("au", ""), faults)
    if not said:
        since, until = f"{lieu.annee}-01", f"{lieu.annee}-12"
    return Demande(
        lignes=rows,
        colonne=column if column not in rows else "",
        mesure=measure,
        image=_parmi(get.get("image", ""), IMAGES, "auto"),
        du=since,
        au=until,
        etablissement=get.get("etablissement", "").replace("\x00", "")[:9],
        famille=get.get("famille", "").replace("\x00", "")[:160],
        libres=filtres(get.getlist("filtre"), faults),
        fautes=tuple(faults),
    )


def filtres(textes: list[str], fautes: list[str]) -> Filtres:
    """The conditions of an address; one that is not understood is left out, its refusal added to *fautes*."""
    found: list[str] = []
    for text in (t.replace("\x00", "") for t in textes):
        try:
            Filtres.lire([text])
        except Inutilisable as refusal:
            fautes.append(refusal.phrase)
        else:
            found.append(text)
    return Filtres.lire(found)


def ajout(get: QueryDict) -> str:
    """The condition that the form adds, as text; empty when it adds none."""
    field, operator = get.get("champ", ""), get.get("operateur", "")
    value = get.get("valeur", "").replace("\x00", "").strip()
    if field not in CHAMPS or operator not in OPERATEURS:
        return ""
    quoted = f'"{value}"' if "," in value and operator in ("=", "!=") else value
    return f"{field}{operator}{quoted}"


def en_mots(filtres: Filtres) -> list[str]:
    """The conditions as a person reads them."""
    found = []
    for condition in filtres.conditions:
        names = nommer(condition.axe, condition.valeurs)
        values = ", ".join(names[v] for v in condition.valeurs)
        field = CHAMPS.get(condition.axe, condition.axe)
        found.append(f"{field} {OPERATEURS[condition.operateur]} {values}")
    return found


def bornes(lieu: Lieu) -> tuple[str, str]:
    """The first and last month with lines, as « 2021-03 »; empty texts without any."""
    return (mois_texte(lieu.premier), mois_texte(lieu.dernier)) if lieu.dernier else ("", "")


def _parmi(asked: str, known: object, otherwise: str) -> str:
    return asked if asked in known else otherwise  # type: ignore[operator]  # a mapping


def _mois(text: str, faults: list[str]) -> str:
    if not text:
        return ""
    try:
        return mois_texte(mois_lu(text))
    except Inutilisable as refusal:
        faults.append(refusal.phrase)
        return ""
