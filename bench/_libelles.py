"""An invented catalogue of hospital products, and the ways in which finance systems write their labels.

Substances and devices are common names; strengths, forms and packages are drawn.
Weights are fitted on one half of the substances and devices, and judged on the other.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

SUBSTANCES = """
abacavir acétylcystéine aciclovir acide_tranexamique adénosine adrénaline albendazole alfentanil allopurinol
alprazolam amikacine amiodarone amisulpride amitriptyline amlodipine amoxicilline ampicilline anidulafungine
apixaban aprépitant argatroban aripiprazole aténolol atorvastatine atracurium atropine azacitidine
azathioprine azithromycine baclofène bévacizumab bisoprolol bivalirudine bléomycine bortézomib bromazépam
budésonide bumétanide bupivacaïne busulfan caféine calcitriol captopril carbamazépine carboplatine
carvédilol caspofungine céfazoline céfépime céfotaxime céfoxitine ceftazidime ceftriaxone céfuroxime
célécoxib cétirizine ciclosporine ciprofloxacine cisatracurium cisplatine citalopram clarithromycine
clindamycine clobazam clonazépam clonidine clopidogrel cloxacilline clozapine colchicine colistiméthate
cyclophosphamide cytarabine dabigatran dacarbazine dalbavancine daptomycine darunavir daunorubicine
décitabine déféroxamine desflurane desmopressine dexaméthasone dexmédétomidine diazépam diclofénac digoxine
diltiazem dobutamine docétaxel dolutégravir dompéridone dopamine doxorubicine doxycycline dropéridol
duloxétine énalapril énoxaparine entécavir éphédrine épirubicine époprosténol ertapénem érythromycine
escitalopram esmolol ésoméprazole éthambutol étomidate étoposide évérolimus fentanyl filgrastim fluconazole
fludarabine flumazénil fluorouracile fluoxétine fosfomycine furosémide gabapentine ganciclovir gemcitabine
gentamicine gliclazide glucagon granisétron halopéridol héparine_sodique hydrocortisone hydroxyzine
ibuprofène idarubicine ifosfamide imatinib imipénem indapamide irbésartan irinotécan isoniazide isosorbide
ivabradine kétamine kétoprofène labétalol lacosamide lactulose lamivudine lamotrigine lansoprazole létrozole
lévétiracétam lévofloxacine lévothyroxine lidocaïne linézolide lithium loxapine magnésium mannitol melphalan
méropénem mésna métformine méthadone méthotrexate méthylprednisolone métoclopramide métoprolol métronidazole
micafungine midazolam milrinone mitomycine morphine moxifloxacine mycophénolate naloxone naproxène néfopam
néostigmine nicardipine nimodipine nitrofurantoïne noradrénaline octréotide ofloxacine olanzapine oméprazole
ondansétron oxaliplatine oxazépam oxycodone oxytocine paclitaxel paliperidone palonosétron pamidronate
pantoprazole paracétamol paroxétine pémétrexed pénicilline_G pentamidine périndopril phénobarbital
phénytoïne phytoménadione pipéracilline_tazobactam posaconazole pravastatine prednisolone prégabaline
prométhazine propofol propranolol protamine pyrazinamide quétiapine ramipril ranitidine rémifentanil
rifampicine rispéridone rituximab rivaroxaban rocuronium ropivacaïne rosuvastatine salbutamol sertraline
sévoflurane simvastatine spironolactone sufentanil sugammadex sulfaméthoxazole suxaméthonium tacrolimus
ténofovir terbutaline thiamine thiopental ticagrélor tigécycline tinzaparine tobramycine topotécan tramadol
trastuzumab urapidil valaciclovir valproate valsartan vancomycine vécuronium venlafaxine vérapamil
vinblastine vincristine vinorelbine voriconazole warfarine zidovudine zolédronate zolpidem zopiclone"""
DISPOSITIFS = """
Aiguille_hypodermique Aiguille_de_Huber Bande_de_crêpe Bande_cohésive Bistouri_à_usage_unique
Canule_trachéale Cathéter_veineux_court Cathéter_veineux_central Champ_opératoire Champ_de_table
Compresse_de_gaze Compresse_non_tissée Connecteur_bidirectionnel Drain_de_Redon Drap_d'examen
Électrode_de_surveillance Fil_de_suture_tressé_résorbable Fil_de_suture_monofilament Filtre_antibactérien
Gant_de_chirurgie_latex Gant_de_chirurgie_sans_latex Gant_d'examen_nitrile Gant_d'examen_vinyle
Lame_de_bistouri Lame_de_laryngoscope Masque_à_oxygène Masque_chirurgical Pansement_hydrocellulaire
Pansement_hydrocolloïde Pansement_film_adhésif Pansement_à_l'alginate Perfuseur_par_gravité Perfuseur_opaque
Poche_à_urine Prolongateur_luer Robinet_trois_voies Seringue_trois_pièces Seringue_à_insuline
Sonde_d'intubation Sonde_gastrique Sonde_urinaire Sonde_d'aspiration Spéculum_vaginal Surblouse_imperméable
Tubulure_pour_pompe Trocart_optique Valve_unidirectionnelle Filet_tubulaire Lunette_à_oxygène
Collecteur_à_aiguilles Casaque_chirurgicale Plateau_de_soins Set_de_sondage Set_à_pansement"""
DOSES = (
    "0,25 mg", "0,5 mg", "1 mg", "2 mg", "2,5 mg", "4 mg", "5 mg", "7,5 mg", "10 mg", "20 mg", "25 mg",
    "40 mg", "50 mg", "75 mg", "80 mg", "100 mg", "150 mg", "200 mg", "250 mg", "300 mg", "400 mg",
    "500 mg", "750 mg", "1 g", "2 g", "4 g", "10 mg/mL", "20 mg/mL", "2 mg/mL", "50 µg", "100 µg",
    "2 000 UI", "5 000 UI", "1 MUI",
)  # fmt: skip
FORMES = (
    "comprimé", "comprimé pelliculé", "gélule", "solution injectable en ampoule",
    "solution injectable en seringue", "poudre pour solution injectable", "solution pour perfusion, poche",
    "solution buvable, flacon", "comprimé orodispersible", "suppositoire", "sachet",
)  # fmt: skip
TAILLES = (
    "5 x 5 cm", "10 x 10 cm", "10 x 20 cm", "15 x 15 cm", "7,5 x 7,5 cm", "14 G", "18 G", "22 G", "5 mL",
    "10 mL", "20 mL", "50 mL", "CH 10", "CH 12", "CH 14", "taille 6,5", "taille 7", "taille 8", "2-0",
    "3-0", "4-0",
)  # fmt: skip
BOITES = (1, 1, 5, 10, 14, 20, 28, 30, 50, 100)
ABREGES = (
    ("solution injectable en ampoule", "inj amp"), ("solution injectable en seringue", "inj ser"),
    ("poudre pour solution injectable", "pdre inj"), ("solution pour perfusion, poche", "perf poche"),
    ("solution buvable, flacon", "sol buv fl"), ("comprimé pelliculé", "cp pell"), ("comprimé", "cp"),
    ("gélule", "gél"), ("suppositoire", "suppo"), ("boîte de ", "B/"), ("stérile", "ster"),
    ("usage unique", "uu"), ("pansement", "pst"), ("compresse", "cpsse"), ("cathéter", "kt"),
    ("chirurgie", "chir"), ("aiguille", "aig"), ("taille ", "T"), ("sans latex", "ss latex"),
    ("sonde", "sde"), ("résorbable", "resorb"), ("adhésif", "adh"),
)  # fmt: skip
VOISINES = {
    "a": "qz",
    "e": "rz",
    "i": "uo",
    "o": "ip",
    "n": "bm",
    "s": "dq",
    "t": "ry",
    "l": "km",
    "r": "et",
    "c": "xv",
}


def produits(nombre: int, *, part: int, graine: int = 5) -> list[tuple[str, str]]:
    """(code, label) pairs. *part*: 0 for the substances and devices to fit on, 1 for those to judge on."""
    hasard = random.Random(f"{graine}/{part}")
    drugs = [s.replace("_", " ").capitalize() for s in SUBSTANCES.split()][part::2]
    devices = [d.replace("_", " ") for d in DISPOSITIFS.split()][part::2]
    found: dict[str, None] = {}
    for _ in range(nombre * 50):
        if len(found) >= nombre:
            break
        box = hasard.choice(BOITES)
        end = f", boîte de {box}" if box > 1 else ""
        if hasard.random() < 0.75:
            found[f"{hasard.choice(drugs)} {hasard.choice(DOSES)}, {hasard.choice(FORMES)}{end}"] = None
        else:
            sterile = hasard.choice(("stérile", "usage unique", "non stérile"))
            found[f"{hasard.choice(devices)} {hasard.choice(TAILLES)}, {sterile}{end}"] = None
    return [(f"29{part}{rank:010d}", label) for rank, label in enumerate(found)]


def nu(texte: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c))


def abreger(texte: str, hasard: random.Random) -> str:
    """Some of its words abbreviated."""
    for long, court in ABREGES:
        if hasard.random() < 0.8:
            texte = re.sub(re.escape(long), court, texte, flags=re.IGNORECASE)
    return texte


def melanger(texte: str, hasard: random.Random) -> str:
    """The parts between commas in another order, or the name last; a decimal comma parts nothing."""
    parts = [p.strip() for p in re.split(r",(?!\d)", texte) if p.strip()]
    hasard.shuffle(parts)
    return " ".join(parts)


def unites(texte: str, hasard: random.Random) -> str:
    """Grams told in milligrams, milligrams in grams; no space before the unit."""
    texte = re.sub(r"\b(\d+) g\b", lambda m: f"{int(m[1]) * 1000} mg", texte)
    if hasard.random() < 0.5:
        texte = re.sub(r"\b(\d)00 mg\b", lambda m: f"0,{m[1]} g", texte)
    return re.sub(r"(\d) (mg|g|mL|UI|µg)\b", r"\1\2", texte)


def faute(texte: str, hasard: random.Random) -> str:
    """One letter wrong, missing, doubled or swapped with the next."""
    letters = [i for i, c in enumerate(texte[:-1]) if c.isalpha()]
    if not letters:
        return texte
    i = hasard.choice(letters)
    near = VOISINES.get(texte[i].lower(), "e")
    return hasard.choice((
        texte[:i] + hasard.choice(near) + texte[i + 1 :], texte[:i] + texte[i + 1 :],
        texte[:i] + texte[i] + texte[i:], texte[:i] + texte[i + 1] + texte[i] + texte[i + 2 :],
    ))  # fmt: skip


def couper(texte: str, hasard: random.Random) -> str:
    """The field of a finance system: thirty to forty characters."""
    return texte[: hasard.choice((30, 32, 35, 40))].strip()


def capitales(texte: str, hasard: random.Random) -> str:
    """Capitals without accents nor commas."""
    return re.sub(r",? +|,(?!\d)", " ", nu(texte).upper()).strip()


SORTES: dict[str, Sequence[Callable[[str, random.Random], str]]] = {
    "capitales": (capitales,),
    "abréviations": (abreger, capitales),
    "ordre": (melanger, capitales),
    "unités": (unites, capitales),
    "faute": (faute, capitales),
    "troncature": (couper, capitales),
    "abréviations et troncature": (abreger, couper, capitales),
    "tout": (unites, abreger, melanger, faute, couper, capitales),
}


def deriver(texte: str, sorte: str, hasard: random.Random) -> str:
    """A label as a finance system would write it."""
    for step in SORTES[sorte]:
        texte = step(texte, hasard)
    return texte
