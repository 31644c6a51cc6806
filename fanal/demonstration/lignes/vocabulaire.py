"""The shelves of the invented catalogue: names, strengths, forms and packages from which products are drawn.

Substances and materials are common names; no brand, no product of a real catalogue. VAT rates are those of
2019-2026 for each kind (2.1 % reimbursed medicines, 5.5 % food and some devices, 10 % medicines that are not
reimbursed and maintenance of dwellings, 20 % otherwise: articles 278 to 281 octies of the CGI). Accounts are
the roots of the M21 chart.
"""

from dataclasses import dataclass

from fanal.demonstration.plan.catalogue import BIOMEDICAL, MEDICAMENTS, TRAVAUX
from fanal.demonstration.plan.marches.segments import (
    DISPOSITIFS,
    HOTELLERIE,
    INFORMATIQUE,
    LABORATOIRE,
    PRESTATIONS,
)


@dataclass(frozen=True)
class Rayon:
    """A shelf: what its products are made of, and what one unit costs (euros excl. VAT, low and high)."""

    cle: str
    famille: str
    compte: str
    cpv: str
    tva: tuple[str, ...]
    noms: tuple[str, ...]
    dosages: tuple[str, ...]
    formes: tuple[tuple[str, str], ...]  # (form as written, unit)
    paquets: tuple[int, ...]
    prix: tuple[float, float]
    code: bool = True  # whether such products bear a code at all


INJECTABLE = (("solution injectable", "flacon"), ("poudre pour solution injectable", "flacon"))
ORALE = (("comprimé", "comprimé"), ("gélule", "gélule"), ("comprimé pelliculé", "comprimé"))
AMPOULE = (("solution injectable en ampoule", "ampoule"), ("solution injectable en seringue", "seringue"))
POCHE = (("solution pour perfusion, poche", "poche"), ("solution pour perfusion, flacon", "flacon"))
UNITE = (("stérile", "unité"), ("usage unique", "unité"))
SERVICE = (("forfait mensuel", "forfait"), ("intervention", "intervention"))
PIECE = (("", "unité"),)
BOITES = (1, 10, 20, 50)


def _drug(
    cle: str,
    cpv: str,
    noms: tuple[str, ...],
    dosages: tuple[str, ...],
    formes: tuple[tuple[str, str], ...],
    prix: tuple[float, float],
    tva: tuple[str, ...] = ("2.1",),
) -> Rayon:
    return Rayon(cle, MEDICAMENTS, "6021", cpv, tva, noms, dosages, formes, BOITES, prix)


def _device(
    cle: str,
    cpv: str,
    noms: tuple[str, ...],
    tailles: tuple[str, ...],
    prix: tuple[float, float],
    paquets: tuple[int, ...] = (1, 25, 50, 100),
) -> Rayon:
    return Rayon(cle, DISPOSITIFS, "6022", cpv, ("20", "20", "5.5"), noms, tailles, UNITE, paquets, prix)


def _service(
    cle: str,
    famille: str,
    compte: str,
    cpv: str,
    noms: tuple[str, ...],
    prix: tuple[float, float],
    tva: tuple[str, ...] = ("20",),
) -> Rayon:
    sites = ("site A", "site B", "site C", "tous sites")
    return Rayon(cle, famille, compte, cpv, tva, noms, sites, SERVICE, (1,), prix, code=False)


RAYONS = (
    _drug("ANTINEOPLASIQUES", "33652000",
          ("Bortézomib", "Gemcitabine", "Docétaxel", "Oxaliplatine", "Pémétrexed", "Carboplatine"),
          ("50 mg", "100 mg", "500 mg", "1 g"), INJECTABLE, (6, 240)),
    _drug("IMMUNOSUPPRESSEURS", "33652000",
          ("Tacrolimus", "Ciclosporine", "Azathioprine", "Mycophénolate mofétil"),
          ("0,5 mg", "1 mg", "50 mg", "250 mg", "500 mg"), ORALE, (0.4, 60)),
    _drug("ANTIBACTERIENS", "33651000",
          ("Amoxicilline", "Ceftriaxone", "Pipéracilline tazobactam", "Vancomycine", "Céfazoline",
           "Métronidazole", "Ciprofloxacine"),
          ("500 mg", "1 g", "2 g", "4 g"), INJECTABLE, (0.6, 38)),
    _drug("ANTIMYCOSIQUES", "33651000", ("Voriconazole", "Fluconazole", "Caspofungine", "Micafungine"),
          ("50 mg", "100 mg", "200 mg"), INJECTABLE, (2, 180)),
    _drug("ANTIVIRAUX", "33651000", ("Aciclovir", "Ganciclovir", "Ténofovir", "Entécavir", "Valaciclovir"),
          ("250 mg", "500 mg", "1 g"), ORALE, (0.5, 70)),
    _drug("ANTITHROMBOTIQUES", "33621000", ("Énoxaparine", "Héparine sodique", "Tinzaparine", "Apixaban"),
          ("2 000 UI", "4 000 UI", "6 000 UI", "5 mg"), AMPOULE, (0.8, 12)),
    _drug("SOLUTES", "33692000", ("Chlorure de sodium 0,9 %", "Glucose 5 %", "Ringer lactate",
      "Glucose 10 %"),
          ("100 mL", "250 mL", "500 mL", "1 L"), POCHE, (0.5, 4)),
    _drug("ANESTHESIQUES", "33661000", ("Propofol", "Kétamine", "Sévoflurane", "Lidocaïne", "Ropivacaïne"),
          ("10 mg/mL", "20 mg/mL", "50 mg", "250 mg"), AMPOULE, (0.6, 45)),
    _drug("ANALGESIQUES", "33661000", ("Paracétamol", "Morphine chlorhydrate", "Tramadol", "Oxycodone"),
          ("10 mg", "50 mg", "500 mg", "1 g"), ORALE, (0.03, 2.4)),
    _drug("PSYCHOLEPTIQUES", "33661000", ("Olanzapine", "Rispéridone", "Halopéridol", "Zopiclone"),
          ("1 mg", "5 mg", "7,5 mg", "10 mg"), ORALE, (0.05, 3)),
    _drug("CARDIOLOGIE", "33622000", ("Bisoprolol", "Amiodarone", "Ramipril", "Furosémide", "Noradrénaline"),
          ("2,5 mg", "5 mg", "20 mg", "200 mg"), ORALE, (0.04, 4)),
    _drug("DIGESTIFS", "33610000", ("Ondansétron", "Pantoprazole", "Métoclopramide", "Lactulose"),
          ("4 mg", "8 mg", "20 mg", "40 mg"), ORALE, (0.04, 3), ("2.1", "2.1", "10")),
    _drug("NUTRITION PARENTERALE", "33692000", ("Émulsion lipidique", "Mélange ternaire", "Acides aminés"),
          ("500 mL", "1 L", "1,5 L", "2 L"), POCHE, (12, 70)),
    _drug("PRODUITS DE CONTRASTE", "33692000", ("Iohexol", "Ioméprol", "Acide gadotérique", "Iodixanol"),
          ("50 mL", "100 mL", "200 mL", "500 mL"), INJECTABLE, (8, 90)),
    _device("SUTURES", "33141121", ("Fil de suture tressé résorbable", "Fil de suture monofilament"),
            ("2-0", "3-0", "4-0", "5-0"), (1.2, 9)),
    _device("TROCARTS", "33141200", ("Trocart à lame rétractable", "Trocart optique"), ("5 mm", "11 mm",
      "12 mm"),
            (14, 60), (1, 5)),
    _device("PANSEMENTS", "33141110", ("Pansement hydrocellulaire", "Compresse de gaze",
      "Pansement film adhésif"),
            ("5 x 5 cm", "10 x 10 cm", "15 x 15 cm", "10 x 20 cm"), (0.04, 5)),
    _device("GANTS", "33141420", ("Gants de chirurgie latex", "Gants de chirurgie sans latex",
      "Gants d'examen nitrile"),
            ("taille 6", "taille 6,5", "taille 7", "taille 7,5", "taille 8"), (0.05, 1.6)),
    _device("PERFUSION", "33141310", ("Perfuseur par gravité", "Prolongateur luer", "Seringue trois pièces",
            "Aiguille hypodermique", "Robinet trois voies"), ("5 mL", "10 mL", "20 mL", "50 mL"), (0.03,
            2.6)),
    _device("CATHETERS", "33141200", ("Cathéter veineux court", "Cathéter veineux central", "Sonde urinaire"),
            ("14 G", "18 G", "20 G", "22 G"), (0.4, 34)),
    _device("STIMULATEURS", "33182000", ("Stimulateur cardiaque double chambre", "Stimulateur simple chambre",
            "Sonde de stimulation"), ("compatible IRM", "standard"), (480, 3_900), (1,)),
    _device("ORTHOPEDIE", "33183100", ("Tige fémorale", "Cupule acétabulaire", "Plaque d'ostéosynthèse",
            "Insert tibial"), ("taille 1", "taille 2", "taille 3", "taille 4"), (95, 1_300), (1,)),
    Rayon("REACTIFS", LABORATOIRE, "6022", "33696500", ("20",),
          ("Réactif troponine", "Réactif ionogramme", "Réactif numération", "Contrôle de qualité"),
          ("100 tests", "200 tests", "500 tests"), (("coffret", "coffret"),), (1, 2, 5), (60, 900)),
    _service("AUTOMATES", LABORATOIRE, "613", "33696500", ("Location d'automate de biochimie",
             "Location d'automate d'hématologie"), (900, 6_000)),
    Rayon("ECHOGRAPHES", BIOMEDICAL, "215", "33112000", ("20",), ("Échographe", "Sonde d'échographie"),
          ("portable", "haut de gamme"), PIECE, (1,), (9_000, 62_000)),
    _service("IMAGERIE", BIOMEDICAL, "615", "33111000", ("Maintenance de scanner", "Maintenance d'IRM",
             "Maintenance de salle de radiologie"), (1_500, 11_000)),
    _service("MAINTENANCE BIOMEDICALE", BIOMEDICAL, "615", "50421000", ("Maintenance de pousse-seringues",
             "Maintenance de respirateurs", "Maintenance d'endoscopes"), (180, 2_400)),
    Rayon("MONITEURS", BIOMEDICAL, "215", "33195000", ("20",), ("Moniteur multiparamétrique",
      "Capteur de saturation",
          "Brassard de tension"), ("adulte", "pédiatrique"), PIECE, (1, 5), (40, 3_400)),
    Rayon("RESPIRATEURS", BIOMEDICAL, "215", "33157000", ("20", "20", "5.5"), ("Respirateur de réanimation",
          "Respirateur de transport", "Circuit de ventilation"), ("adulte", "mixte"), PIECE, (1, 10), (30,
          14_000)),
    Rayon("EPICERIE", HOTELLERIE, "6023", "15800000", ("5.5",), ("Riz long", "Pâtes coquillettes",
      "Huile de colza",
          "Conserve de haricots verts", "Compote de pommes", "Café moulu"), ("1 kg", "5 kg", "5 L", "100 g"),
          (("sachet", "pièce"), ("boîte", "pièce")), (1, 6, 12), (0.4, 18)),
    Rayon("PRODUITS FRAIS", HOTELLERIE, "6023", "15300000", ("5.5",), ("Pommes", "Carottes râpées",
      "Yaourt nature",
          "Salade prête à l'emploi", "Bananes", "Courgettes"), ("calibre 1", "calibre 2", "biologique"),
          (("le kilogramme", "kg"), ("barquette", "pièce")), (1, 10), (0.5, 7)),
    Rayon("BIONETTOYAGE", HOTELLERIE, "6062", "39830000", ("20",), ("Détergent désinfectant",
      "Lingettes détergentes",
          "Savon doux", "Solution hydroalcoolique"), ("500 mL", "1 L", "5 L"), (("flacon", "flacon"),), (1,
          6, 12),
          (0.9, 26)),
    Rayon("USAGE UNIQUE", HOTELLERIE, "6062", "39222000", ("20",), ("Gobelet carton", "Sac à déchets 110 L",
          "Bavoir jetable", "Drap d'examen"), ("petit modèle", "grand modèle"), (("sachet", "pièce"),),
          (50, 100),
          (0.02, 0.9)),
    _service("BLANCHISSERIE", HOTELLERIE, "628", "98310000", ("Traitement du linge plat",
             "Traitement du linge en forme"), (400, 9_000)),
    Rayon("ELECTRICITE", TRAVAUX, "6061", "09310000", ("20",), ("Électricité, site de plus de 36 kVA",
          "Électricité, site HTA"), ("heures pleines", "heures creuses"), (("mégawattheure", "MWh"),), (1,),
          (48, 130),
          code=False),
    Rayon("GAZ", TRAVAUX, "6061", "09123000", ("20",), ("Gaz naturel, profil T3", "Gaz naturel, profil T4"),
          ("site A", "site B"), (("mégawattheure", "MWh"),), (1,), (22, 70), code=False),
    _service("COURANTS FAIBLES", TRAVAUX, "615", "45259000", ("Entretien de la détection incendie",
             "Entretien de l'appel malade", "Entretien du contrôle d'accès"), (150, 4_000), ("20", "20",
             "10")),
    _service("ASCENSEURS", TRAVAUX, "615", "50750000", ("Maintenance d'ascenseur",
      "Maintenance de monte-malades"),
             (90, 1_600), ("20", "10")),
    Rayon("POSTES DE TRAVAIL", INFORMATIQUE, "218", "30213000", ("20",), ("Ordinateur portable", "Poste fixe",
          "Écran 24 pouces", "Terminal léger"), ("standard", "renforcé"), PIECE, (1,), (120, 980)),
    Rayon("SERVEURS", INFORMATIQUE, "218", "48820000", ("20",), ("Serveur de calcul", "Baie de stockage"),
          ("32 cœurs", "64 cœurs"), PIECE, (1,), (4_000, 26_000)),
    _service("LICENCES", INFORMATIQUE, "651", "48180000", ("Licence de dossier patient",
      "Licence bureautique",
             "Licence de gestion des laboratoires"), (40, 3_000)),
    _service("APPLICATIVE", INFORMATIQUE, "615", "72267000", ("Maintenance du logiciel de pharmacie",
             "Maintenance du dossier patient"), (600, 9_000)),
    _service("ASSURANCES", PRESTATIONS, "616", "66510000", ("Assurance dommages aux biens",
             "Assurance flotte automobile"), (300, 9_000), ("0",)),
    _service("TRANSPORTS", PRESTATIONS, "624", "60130000", ("Transport assis professionnalisé",
             "Transport de prélèvements"), (28, 300), ("10", "20")),
    _service("DECHETS", PRESTATIONS, "628", "90524000", ("Collecte de DASRI", "Collecte de biodéchets"),
      (60, 900),
             ("20", "10")),
    _service("SECURITE", PRESTATIONS, "628", "79710000", ("Agent de sécurité incendie", "Télésurveillance"),
             (60, 3_000)),
)  # fmt: skip
PAR_CLE = {r.cle: r for r in RAYONS}
RANGS = {r.cle: rang for rang, r in enumerate(RAYONS)}
# Categories of the workbooks and segments of the contracts whose shelf has another name.
DE_CATEGORIE = {
    "SOLUTES DE PERFUSION": "SOLUTES", "MEDICAMENTS EN CARDIOLOGIE": "CARDIOLOGIE",
    "ANTIEMETIQUES": "DIGESTIFS",
    "Entretien et Maintenance Electricité courants faibles": "COURANTS FAIBLES", "Ascenseurs": "ASCENSEURS",
    "Électricité": "ELECTRICITE", "Gaz naturel": "GAZ", "Échographes": "ECHOGRAPHES",
    "Maintenance d'imagerie": "IMAGERIE", "Moniteurs": "MONITEURS", "Respirateurs": "RESPIRATEURS",
    "Sutures": "SUTURES", "Trocarts": "TROCARTS", "Pansements": "PANSEMENTS", "Gants": "GANTS",
    "Perfusion": "PERFUSION", "Épicerie": "EPICERIE", "Produits frais": "PRODUITS FRAIS",
    "Bionettoyage": "BIONETTOYAGE", "Usage unique": "USAGE UNIQUE", "Postes de travail": "POSTES DE TRAVAIL",
    "Serveurs": "SERVEURS", "Licences": "LICENCES", "Maintenance applicative": "APPLICATIVE",
    "Assurances": "ASSURANCES", "Transports sanitaires": "TRANSPORTS", "Collecte des déchets": "DECHETS",
    "Réactifs": "REACTIFS", "Automates en location": "AUTOMATES",
}  # fmt: skip
DE_CPV = {
    "33651000": "ANTIBACTERIENS", "33652000": "ANTINEOPLASIQUES", "33621000": "ANTITHROMBOTIQUES",
    "33661000": "PSYCHOLEPTIQUES", "33622000": "CARDIOLOGIE", "33610000": "DIGESTIFS", "33692000": "SOLUTES",
    "33141110": "PANSEMENTS", "33141121": "SUTURES", "33141420": "GANTS", "33141200": "CATHETERS",
    "33141310": "PERFUSION", "33182000": "STIMULATEURS", "33183100": "ORTHOPEDIE", "33696500": "REACTIFS",
    "33195000": "MONITEURS", "33111000": "IMAGERIE", "50421000": "MAINTENANCE BIOMEDICALE",
    "15800000": "EPICERIE", "15300000": "PRODUITS FRAIS", "39830000": "BIONETTOYAGE",
    "98310000": "BLANCHISSERIE", "09310000": "ELECTRICITE", "09123000": "GAZ",
    "45259000": "COURANTS FAIBLES", "30213000": "POSTES DE TRAVAIL", "48180000": "LICENCES",
    "90524000": "DECHETS", "60130000": "TRANSPORTS", "66510000": "ASSURANCES", "79710000": "SECURITE",
}  # fmt: skip


def shelf_of_category(categorie: str) -> Rayon:
    """The shelf of a category of the workbooks. Raises KeyError for a category nobody shelved."""
    return PAR_CLE[DE_CATEGORIE.get(categorie, categorie)]


def shelf_of_cpv(cpv: str, famille: str = "") -> Rayon:
    """The shelf of a segment of contracts; a contract without CPV takes the first shelf of its family."""
    if cpv in DE_CPV:
        return PAR_CLE[DE_CPV[cpv]]
    return next((r for r in RAYONS if r.famille == famille), RAYONS[0])
