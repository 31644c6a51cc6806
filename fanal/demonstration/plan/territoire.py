"""An invented territory inside the real régions: no name and no number belongs to a real hospital."""

from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.modele import EtablissementFictif, GhtFictif

# région: (prefix of the GHT codes, number of GHT, départements). Mayotte has no GHT in the published tables.
REGIONS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "IdF": ("IDF", 15, ("75", "77", "78", "91", "92", "93", "94", "95")),
    "ARA": ("ARA", 13, ("01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74")),
    "GE": ("GE", 11, ("08", "10", "51", "52", "54", "55", "57", "67", "68", "88")),
    "NA": ("NA", 12, ("16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87")),
    "OCC": ("OCC", 13, ("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82")),
    "HdF": ("HF", 12, ("02", "59", "60", "62", "80")),
    "PACA": ("PACA", 6, ("04", "05", "06", "13", "83", "84")),
    "BFC": ("BFC", 10, ("21", "25", "39", "58", "70", "71", "89", "90")),
    "BRE": ("BRE", 8, ("22", "29", "35", "56")),
    "NOR": ("NOR", 10, ("14", "27", "50", "61", "76")),
    "PDL": ("PDL", 5, ("44", "49", "53", "72", "85")),
    "CVL": ("CVL", 6, ("18", "28", "36", "37", "41", "45")),
    "REUNION": ("OI", 1, ("974",)),
    "MARTINIQUE": ("MART", 1, ("972",)),
    "GUADELOUPE": ("GUA", 2, ("971",)),
    "GUYANE": ("GUY", 1, ("973",)),
    "CORSE": ("COR", 2, ("2A", "2B")),
}
# These four have answered no campaign: 128 GHT, 124 of which declare.
SANS_REPONSE = frozenset({"IDF-D15", "NA-D12", "OCC-D13", "HF-D12"})
# Reporting was not compulsory in Auvergne-Rhône-Alpes for 2020, and Guyane had treated nothing.
SANS_REPONSE_2020 = frozenset(
    {"ARA-D09", "ARA-D10", "ARA-D11", "ARA-D12", "ARA-D13", "GUY-D01", "BFC-D10", "NOR-D10"}
)
LIEUX = (
    "Trois Rivières", "Hautes Collines", "Grands Chênes", "Quatre Vents", "Vieux Moulin", "Pont de Pierre",
    "Longues Plaines", "Clairs Étangs", "Deux Vallons", "Bois Dormants", "Prés Salés", "Bruyères",
    "Cinq Clochers", "Roches Grises", "Sources Vives", "Tilleuls",
)  # fmt: skip
SUITES = (
    "",
    " du Levant",
    " du Couchant",
    " d'Amont",
    " d'Aval",
    " de la Lande",
    " du Plateau",
    " des Marches",
)
LETTRES = "ABCDEFGHIJKL"


def build_territory() -> dict[str, GhtFictif]:
    """The 128 GHT by code, with 3 to 12 establishments each, the first one being the support."""
    ghts: dict[str, GhtFictif] = {}
    for region, (prefixe, nombre, departements) in REGIONS.items():
        alea = Alea("territoire", region)
        numeros = dict.fromkeys(departements, 0)
        bruts = [(nombre + 2 - i) * alea.entre(0.7, 1.4) for i in range(nombre)]
        bruts[0] *= 1.8
        for i, brut in enumerate(bruts):
            code = f"{prefixe}-D{i + 1:02d}"
            rang = len(ghts)
            lieu = f"{LIEUX[rang % len(LIEUX)]}{SUITES[rang // len(LIEUX)]}"
            departement = departements[i % len(departements)]
            ghts[code] = GhtFictif(
                code=code,
                nom=f"GHT Démonstration {lieu}",
                region=region,
                poids=brut / sum(bruts),
                classe=4 if i == 0 else 1 + (nombre - i - 1) * 3 // nombre,
                etablissements=_establishments(alea, lieu, departement, numeros),
                repond=_campaigns(code),
            )
    return ghts


def _campaigns(code: str) -> frozenset[int]:
    if code in SANS_REPONSE:
        return frozenset()
    return frozenset({2021}) if code in SANS_REPONSE_2020 else frozenset({2020, 2021})


def _establishments(
    alea: Alea, lieu: str, departement: str, numeros: dict[str, int]
) -> tuple[EtablissementFictif, ...]:
    nombre = alea.entier(3, 12)
    bruts = [alea.entre(0.2, 1.0) for _ in range(nombre)]
    bruts[0] = sum(bruts) * alea.entre(0.9, 1.3)
    etablissements = []
    for i, brut in enumerate(bruts):
        numeros[departement] += 1
        nature = (
            "Établissement support de démonstration" if i == 0 else f"Hôpital de démonstration {LETTRES[i]}"
        )
        etablissements.append(
            EtablissementFictif(
                finess=_finess(departement, numeros[departement]),
                nom=f"{nature}, {lieu}",
                role="support" if i == 0 else "partie",
                departement=departement,
                poids=brut / sum(bruts),
            )
        )
    return tuple(etablissements)


def _finess(departement: str, numero: int) -> str:
    """Nine characters, in a range that no real number seems to use (dd 099 nnnn; overseas 97d 199 nnn).

    The rule of the check digit of a FINESS number is not published, so none is imitated.
    """
    return f"{departement}199{numero:03d}" if len(departement) == 3 else f"{departement}099{numero:04d}"
