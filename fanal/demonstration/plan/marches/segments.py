"""What the demonstration GHT buys: segments with their CPV code, size and habits. All invented."""

from dataclasses import dataclass

from fanal.demonstration.plan.catalogue import BIOMEDICAL, MEDICAMENTS, TRAVAUX

DISPOSITIFS = "Dispositifs médicaux"
HOTELLERIE = "Hôtellerie et restauration"
INFORMATIQUE = "Informatique et télécommunications"
PRESTATIONS = "Prestations générales"
LABORATOIRE = "Laboratoire"


@dataclass(frozen=True)
class Segment:
    """A homogeneous need. `annuel_ht`: yearly spend of the GHT; `lots`: contracts of one consultation.

    `eclate`: establishments that still have contracts of their own, which overlap those of the support.
    """

    cpv: str
    libelle: str
    famille: str
    nature: str
    annuel_ht: int
    lots: int
    eclate: int
    mois: int
    lettre: str


SEGMENTS = (
    Segment("33651000", "anti-infectieux généraux", MEDICAMENTS, "fournitures", 2_900_000, 34, 3, 36, "AI"),
    Segment("33652000", "antinéoplasiques", MEDICAMENTS, "fournitures", 7_400_000, 46, 2, 24, "AN"),
    Segment("33621000", "médicaments du sang", MEDICAMENTS, "fournitures", 2_100_000, 24, 3, 36, "SG"),
    Segment("33661000", "système nerveux", MEDICAMENTS, "fournitures", 1_500_000, 30, 4, 48, "SN"),
    Segment("33622000", "cardiologie", MEDICAMENTS, "fournitures", 900_000, 18, 3, 36, "CV"),
    Segment("33610000", "médicaments digestifs", MEDICAMENTS, "fournitures", 700_000, 16, 2, 36, "DG"),
    Segment("33692000", "solutés de perfusion", MEDICAMENTS, "fournitures", 1_100_000, 12, 4, 48, "SO"),
    Segment("33141110", "pansements", DISPOSITIFS, "fournitures", 640_000, 20, 5, 48, "PA"),
    Segment("33141121", "sutures", DISPOSITIFS, "fournitures", 580_000, 14, 4, 48, "SU"),
    Segment("33141420", "gants de chirurgie", DISPOSITIFS, "fournitures", 420_000, 8, 5, 36, "GA"),
    Segment("33141200", "cathéters", DISPOSITIFS, "fournitures", 760_000, 22, 4, 48, "CA"),
    Segment("33141310", "seringues et aiguilles", DISPOSITIFS, "fournitures", 390_000, 12, 4, 36, "SE"),
    Segment("33182000", "stimulateurs cardiaques", DISPOSITIFS, "fournitures", 1_800_000, 16, 1, 36, "ST"),
    Segment("33183100", "implants orthopédiques", DISPOSITIFS, "fournitures", 2_300_000, 24, 2, 48, "IO"),
    Segment("33696500", "réactifs de laboratoire", LABORATOIRE, "fournitures", 2_600_000, 22, 2, 48, "RE"),
    Segment("33195000", "surveillance des patients", BIOMEDICAL, "fournitures", 900_000, 8, 1, 48, "MO"),
    Segment("33111000", "appareils de radiographie", BIOMEDICAL, "fournitures", 1_900_000, 4, 0, 60, "RX"),
    Segment("50421000", "maintenance biomédicale", BIOMEDICAL, "services", 1_700_000, 26, 3, 48, "MB"),
    Segment("15800000", "épicerie", HOTELLERIE, "fournitures", 1_500_000, 14, 4, 24, "EP"),
    Segment("15300000", "fruits et légumes", HOTELLERIE, "fournitures", 620_000, 8, 4, 24, "FL"),
    Segment("39830000", "produits de nettoyage", HOTELLERIE, "fournitures", 380_000, 8, 5, 36, "NE"),
    Segment("98310000", "blanchisserie", HOTELLERIE, "services", 1_300_000, 3, 2, 48, "BL"),
    Segment("09310000", "électricité", TRAVAUX, "fournitures", 3_200_000, 3, 0, 36, "EL"),
    Segment("09123000", "gaz naturel", TRAVAUX, "fournitures", 1_400_000, 2, 0, 36, "GZ"),
    Segment("45259000", "entretien des installations", TRAVAUX, "travaux", 2_200_000, 18, 3, 48, "TX"),
    Segment("30213000", "postes de travail", INFORMATIQUE, "fournitures", 850_000, 3, 1, 36, "PC"),
    Segment("48180000", "logiciels médicaux", INFORMATIQUE, "services", 1_200_000, 12, 2, 60, "LO"),
    Segment("90524000", "déchets d'activités de soins", PRESTATIONS, "services", 480_000, 3, 3, 48, "DA"),
    Segment("60130000", "transports de patients", PRESTATIONS, "services", 1_600_000, 10, 4, 48, "TR"),
    Segment("66510000", "assurances", PRESTATIONS, "services", 900_000, 4, 2, 48, "AS"),
    Segment("79710000", "sécurité", PRESTATIONS, "services", 520_000, 4, 3, 36, "SC"),
)  # fmt: skip
