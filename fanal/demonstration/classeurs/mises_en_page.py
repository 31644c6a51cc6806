"""How each GHT lays out its workbook: titles, order, what stands above and below the table, how cells are
typed.
"""

from dataclasses import dataclass, field

from fanal.demonstration.plan.alea import Alea

CHAMPS = (
    "identifiant", "finess", "role", "famille", "domaine", "categorie", "intitule", "operateur",
    "nom_operateur", "numero_marche", "date_premiere_commande", "nature_depense", "duree_amortissement",
    "montant_reference_ttc", "perimetre_traite_ttc", "prix_reference_ttc", "prix_nouveau_ttc",
    "quantite_reference", "gain_annuel_ttc", "type_effet", "cause_prix", "calcul", "explication",
    "statut", "date_prevue", "gain_previsionnel_ttc",
)  # fmt: skip
GROUPES = (
    ("Action", ("identifiant", "intitule", "famille", "domaine", "categorie", "statut", "date_prevue")),
    ("Établissement", ("finess", "role")),
    ("Opérateur", ("operateur", "nom_operateur", "numero_marche", "date_premiere_commande")),
    ("Dépense", ("nature_depense", "duree_amortissement", "montant_reference_ttc", "perimetre_traite_ttc")),
    ("Prix", ("prix_reference_ttc", "prix_nouveau_ttc", "quantite_reference")),
    (
        "Gain",
        ("gain_previsionnel_ttc", "gain_annuel_ttc", "type_effet", "cause_prix", "calcul", "explication"),
    ),
)
TITRES_LONGS = {
    "identifiant": "Identifiant de l'action",
    "finess": "FINESS de l'établissement",
    "role": "Rôle de l'établissement",
    "famille": "Famille d'achat",
    "domaine": "Domaine d'achat",
    "categorie": "Catégorie d'achat",
    "intitule": "Intitulé de l'action",
    "operateur": "Opérateur d'achat",
    "nom_operateur": "Nom de l'opérateur",
    "numero_marche": "Numéro de marché",
    "date_premiere_commande": "Date de première commande",
    "nature_depense": "Nature de la dépense",
    "duree_amortissement": "Durée d'amortissement (années)",
    "montant_reference_ttc": "Montant de référence annuel (€ TTC)",
    "perimetre_traite_ttc": "Périmètre traité (€ TTC)",
    "prix_reference_ttc": "Prix de référence (€ TTC)",
    "prix_nouveau_ttc": "Nouveau prix (€ TTC)",
    "quantite_reference": "Quantité de référence",
    "gain_annuel_ttc": "Gain annuel (€ TTC)",
    "type_effet": "Type d'effet budgétaire",
    "cause_prix": "Cause de la variation de prix",
    "calcul": "Détail du calcul",
    "explication": "Explication",
    "statut": "Statut de l'action",
    "date_prevue": "Date prévue",
    "gain_previsionnel_ttc": "Gain prévisionnel (€ TTC)",
}
TITRES_COURTS = TITRES_LONGS | {
    "identifiant": "ID action",
    "finess": "N° FINESS",
    "intitule": "Libellé",
    "numero_marche": "N° de marché",
    "date_premiere_commande": "Date de 1ère commande",
    "montant_reference_ttc": "MONTANT DE RÉFÉRENCE",
    "perimetre_traite_ttc": "Périmètre traité",
    "prix_reference_ttc": "Prix de référence",
    "prix_nouveau_ttc": "Nouveau prix",
    "quantite_reference": "Quantité",
    "gain_annuel_ttc": "GAIN ANNUEL",
    "type_effet": "Type d'effet",
    "gain_previsionnel_ttc": "Gain prévisionnel",
    "duree_amortissement": "Durée d'amortissement",
}
# A layout that no title gives away: it needs a mapping, kept under a name.
TITRES_MAISON = {
    "identifiant": "Réf. interne",
    "finess": "Étab. (EJ)",
    "role": "S/P",
    "famille": "Niveau 1",
    "domaine": "Niveau 2",
    "categorie": "Niveau 3",
    "intitule": "Ce que nous avons fait",
    "operateur": "Qui achète",
    "nom_operateur": "Centrale",
    "numero_marche": "Contrat",
    "date_premiere_commande": "Démarrage",
    "montant_reference_ttc": "Dépense avant",
    "perimetre_traite_ttc": "Dépense couverte",
    "gain_annuel_ttc": "Économie sur 12 mois",
    "type_effet": "Nature de l'économie",
    "cause_prix": "Origine",
    "explication": "Remarques",
    "statut": "Avancement",
}
CODES_MAISON = {
    "role": {"S": "support", "P": "partie"},
    "operateur": {
        "Nous": "GHT",
        "Région": "REGIONAL",
        "Centrale nationale": "NATIONAL",
        "Cancérologie": "UNICANCER",
    },
}
CORRESPONDANCE = "Suivi des économies (ancien tableau)"
GHT_MAISON = "GE-D03"
GHT_CSV = "PDL-D03"
# Régions whose agency deposits the yearly purchases of all its establishments in one file.
REGIONS_ACHATS = ("NOR",)


@dataclass(frozen=True)
class MiseEnPage:
    """A layout. `texte` writes numbers and dates as text; `nombres` keys FINESS numbers as numbers, losing
    zeros.
    """

    nom: str
    champs: tuple[str, ...]
    titres: dict[str, str]
    groupes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    entetes: int = 0
    total: bool = False
    texte: bool = False
    nombres: bool = False
    absence: str = ""
    extras: tuple[str, ...] = ()
    lisez_moi: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)


NATIONALE = MiseEnPage("nationale", CHAMPS, {c: c for c in CHAMPS})
GROUPEE = MiseEnPage(
    "groupee",
    tuple(c for _, champs in GROUPES for c in champs),
    TITRES_LONGS,
    groupes=GROUPES,
    entetes=3,
    total=True,
    nombres=True,
    absence="NC",
)
TEXTUELLE = MiseEnPage(
    "textuelle",
    CHAMPS,
    TITRES_COURTS,
    entetes=1,
    total=True,
    texte=True,
    absence="NC",
    extras=("Performance (%)", "Suivi interne", "Commentaire DGOS"),
    codes={"role": {"support": "Établissement support", "partie": "Établissement partie"}},
)
ANNOTEE = MiseEnPage(
    "annotee",
    CHAMPS,
    TITRES_LONGS,
    extras=("Pôle", "Suivi interne"),
    lisez_moi=True,
    codes={"operateur": {"REGIONAL": "Régional", "NATIONAL": "National", "UNICANCER": "Unicancer"}},
)
MAISON = MiseEnPage(
    "maison",
    tuple(TITRES_MAISON),
    TITRES_MAISON,
    entetes=2,
    codes={champ: {v: k for k, v in codes.items()} for champ, codes in CODES_MAISON.items()},
)
COURANTES = ((NATIONALE, 0.34), (GROUPEE, 0.26), (TEXTUELLE, 0.2), (ANNOTEE, 0.2))


def layout(ght: str, annee: int) -> MiseEnPage:
    """The layout of a GHT's workbook: most keep theirs from one year to the next."""
    if ght == GHT_MAISON:
        return MAISON
    if ght == GHT_CSV:
        return TEXTUELLE
    alea = Alea("mise en page", ght)
    premiere, seconde = alea.pondere(COURANTES), alea.pondere(COURANTES)
    return seconde if annee > 2020 and alea.unite() < 0.25 else premiere
