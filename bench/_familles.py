"""An invented catalogue whose products differ by one telling word, and labels whose product is not there.

What teaches a confidence: labels with the name of a maker, or with only part of what the product says, whose
product is there; labels that name a material, a side or a substance that no product left bears. Words are in
two halves: weights are fitted on the one and judged on the other.
"""

import random
from collections.abc import Sequence

from _libelles import (
    BOITES,
    DISPOSITIFS,
    DOSES,
    FORMES,
    SORTES,
    SUBSTANCES,
    TAILLES,
    deriver,
)

QUALITES = """
nitrile|vinyle|latex|néoprène silicone|PVC|polyuréthane|polyéthylène coton|polyester|viscose|ouate
inox|titane|aluminium|laiton gauche|droit adulte|pédiatrique|nourrisson|enfant rouge|bleu|vert|jaune|violet
court|long|extra_long poudré|non_poudré avec_valve|sans_valve avec_ballonnet|sans_ballonnet|ballonnet_court
sécurisé|non_sécurisé 1_voie|2_voies|3_voies n°_10|n°_11|n°_15|n°_23 type_I|type_II|type_IIR
opaque|transparent vanille|chocolat|fraise|café|caramel nature|sucré|aromatisé entier|demi-écrémé|écrémé
surgelé|frais|sec renforcé|standard|premium mâle|femelle luer_lock|luer_slip|embout_conique aérobie|anaérobie
absorbant|imperméable|perméable jour|nuit|maternité linéaire|circulaire|coudé cimenté|non_cimenté
adhésif|non_adhésif avec_aiguille|sans_aiguille niveau_1|niveau_2|niveau_3 droit|angulé|pigtail"""
FOURNITURES = """
Attelle_de_poignet Bandage_herniaire Plaque_verrouillée Vis_corticale Stent_coronaire Guide_hydrophile
Ballon_périphérique Implant_intraoculaire Réactif_troponine Réactif_ferritine Contrôle_CRP Calibrateur_TSH
Flacon_hémoculture Gélose_sang Embout_pipette Lame_porte-objet Papier_ramette Toner_imprimante Enveloppe_kraft
Stylo_bille Serviette_éponge Drap_plat Taie_oreiller Tunique_soignant Essuie-mains_pliés Sac_poubelle
Yaourt_dessert Lait_UHT Purée_légumes Compote_pomme Biscuit_sablé Eau_gélifiée Complément_nutritionnel
Détergent_surfaces Lessive_linge Lingette_désinfectante Savon_liquide Crème_hydratante Pile_alcaline
Change_complet Alèse_jetable Bassin_lit Haricot_plateau Brassard_tension Capteur_saturation
Canule_trachéale"""
SELS = ("chlorhydrate", "sulfate", "sodique", "acétate", "tartrate", "succinate", "phosphate", "lysinate")
CONTENANCES = ("250 g", "500 mL", "1 L", "5 L", "2,5 kg", "125 g", "80 g", "30 x 30 cm", "65 x 65 cm")
SYLLABES = [
    "ba",
    "cor",
    "dex",
    "fri",
    "gal",
    "hem",
    "lor",
    "mir",
    "nov",
    "pax",
    "rin",
    "sol",
    "tec",
    "vel",
    "xan",
    "zor",
]
FORMATS = 80  # of substances
ABSENTS = 3  # one label in so many is of a product that is not in the catalogue
MARQUES = 0.2  # labels with the name of a maker, or a reference
ELIDES = 0.35  # labels that leave out part of what the product says


def formats(hasard: random.Random) -> list[str]:
    """Ways of being sold that many substances share: 25 mg, tablet, box of 30."""
    out = []
    for _ in range(FORMATS):
        form = hasard.choice(FORMES).replace("comprimé", hasard.choice(("comprimé", "comprimé LP")), 1)
        out.append(f"{hasard.choice(DOSES)}, {form}{boite(hasard)}")
    return out


def boite(hasard: random.Random) -> str:
    """A package, or none."""
    box = hasard.choice(BOITES)
    return f", boîte de {box}" if box > 1 else ""


def produits(nombre: int, *, part: int) -> list[tuple[str, tuple[str, ...]]]:
    """(label, the words that tell it from its likes) of products that come by families."""
    hasard = random.Random(f"familles/{part}")
    groups = [g.split("|") for g in QUALITES.split()][part::2]
    names = [n.replace("_", " ") for n in f"{DISPOSITIFS} {FOURNITURES}".split()][part::2]
    drugs = [s.replace("_", " ").capitalize() for s in SUBSTANCES.split()][part::2]
    sold = formats(hasard)
    found: dict[str, tuple[str, ...]] = {}
    for _ in range(nombre * 50):
        if len(found) >= nombre:
            break
        if hasard.random() < 0.5:
            told = tuple(filter(None, (hasard.choice(drugs), hasard.choice((*SELS, *[""] * len(SELS))))))
            found[f"{' '.join(told)} {hasard.choice(sold)}"] = told
        else:
            # A family always says the same kinds of things of its products, though not of each.
            name = hasard.choice(names)
            family = random.Random(f"{name}/{part}")
            own, sizes = family.sample(groups, 3), family.sample((*TAILLES, *CONTENANCES, "", ""), 3)
            said = [hasard.choice(group).replace("_", " ") for group in own[: hasard.choice((1, 2, 2, 3))]]
            packed = hasard.choice((f", boîte de {family.choice(BOITES[2:])}", "", boite(hasard)))
            found[" ".join(filter(None, (name, *said, hasard.choice(sizes)))) + packed] = (name, *said)
    return list(found.items())


def marque(hasard: random.Random) -> str:
    """The invented name of a maker, or a reference of the hospital's own."""
    if hasard.random() < 0.3:
        return f"REF {hasard.randrange(1000, 99999)}"
    return "".join(hasard.choice(SYLLABES) for _ in range(hasard.choice((2, 2, 3)))).upper()


def ecrire(label: str, hasard: random.Random) -> str:
    """A label as a finance system would write it: more, or less, than what the product says."""
    words = label.split()
    if hasard.random() < ELIDES and len(words) > 3:
        del words[hasard.randrange(1, len(words))]
    text = " ".join(words)
    parts = text.split(", ")
    if hasard.random() < ELIDES and len(parts) > 1:
        del parts[hasard.randrange(1, len(parts))]
        text = ", ".join(parts)
    if hasard.random() < MARQUES:
        more = marque(hasard)
        text = f"{text} {more}" if hasard.random() < 0.7 else f"{words[0]} {more} {' '.join(words[1:])}"
    kinds = [k for k in SORTES if k != "ordre"] if hasard.random() < 0.7 else list(SORTES)
    return deriver(text, hasard.choice(kinds), hasard)


def tirer(
    taille: int, nombre: int, *, part: int, graine: int
) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """A catalogue of (code, label), and (kind, label, code) drawn from it and from what was taken out of it.

    Taken out: whole names, whole telling words, and single products, in turn.
    """
    hasard = random.Random(f"{graine}/{part}/{taille}")
    every = produits(taille * 4 // 3, part=part)
    coded = [(f"29{part}{rank:010d}", label, told) for rank, (label, told) in enumerate(every)]
    away = _retirer(coded, hasard)
    kept = [(code, label) for code, label, _ in coded if code not in away]
    gone = [(code, label) for code, label, _ in coded if code in away]
    drawn: Sequence[tuple[str, str]] = [
        hasard.choice(gone if rank % ABSENTS == 0 else kept) for rank in range(nombre)
    ]
    return kept, [("famille", ecrire(label, hasard), code) for code, label in drawn]


def _retirer(coded: Sequence[tuple[str, str, tuple[str, ...]]], hasard: random.Random) -> set[str]:
    """The codes that are taken out: a quarter of the products."""
    words = sorted({word for *_, told in coded for word in told})
    hasard.shuffle(words)
    away: set[str] = set()
    for word in words:
        if len(away) >= len(coded) // 6:
            break
        those = [code for code, _, told in coded if word in told]
        if len(those) < len(coded) // 12:
            away.update(those)
    single = [code for code, *_ in coded if code not in away]
    return away | set(hasard.sample(single, len(coded) // 12))
