"""What a label contradicts is never sure: another strength, a word denied, another name."""

import pytest

from fanal.moteurs.rapprochement.accord import contredit, pourquoi
from fanal.moteurs.rapprochement.lu import lire
from fanal.moteurs.rapprochement.moteur import DOUTE, Catalogue, Produit

# Labels whose product is not in the catalogue, where one that looks alike stands alone.
DANGERS = (
    ("COLCHICINE 0,5MG CPR B20", "Colchicine 1 mg, comprimé, boîte de 20"),
    ("MORPHINE 20 MG CPR B14", "Morphine 10 mg, comprimé, boîte de 14"),
    ("CHLORPROMAZINE 100MG CPR B50", "Chlorpromazine 25 mg, comprimé, boîte de 50"),
    ("LEVOMEPROMAZINE 25MG CPR B50", "Chlorpromazine 25 mg, comprimé, boîte de 50"),
    ("FUROSEMIDE 500MG CPR B30", "Furosémide 20 mg, comprimé, boîte de 30"),
    (
        "AMOXICILLINE AC CLAV 1G/200MG PDR INJ FL",
        "Amoxicilline 2 g/acide clavulanique 200 mg, poudre pour solution injectable, flacon",
    ),
    ("SERINGUE 3 PIECES 5ML LUER STERILE BT100", "Seringue 3 pièces 10 mL luer, stérile, boîte de 100"),
    ("GANT CHIRURGIE SANS LATEX STERILE TAILLE 7,5", "Gant de chirurgie latex stérile taille 7,5"),
    (
        "GANT EXAMEN NITRILE NON STERILE TAILLE XL BTE 100",
        "Gant d'examen nitrile non stérile taille L, boîte de 100",
    ),
    (
        "FIL SUTURE RESORBABLE MONOFILAMENT 3/0 AIG 26MM",
        "Fil de suture non résorbable monofilament 3-0 aiguille 26 mm",
    ),
    ("SONDE FOLEY SILICONE CH 14 STERILE", "Sonde Foley silicone CH 16, stérile"),
)
# The same product in two writings: no contradiction is to be seen.
SAMES = (
    ("LIDOCAINE 10MG/ML FL 20ML INJ", "Lidocaïne 1 %, solution injectable, flacon 20 mL"),
    ("MORPHINE 1% AMP 1ML", "Morphine 10 mg/mL, solution injectable, ampoule 1 mL"),
    ("ADRENALINE 1MG/ML AMP 5ML", "Adrénaline 5 mg/5 mL, solution injectable, ampoule"),
    ("BENZYLPENICILLINE 1 000 000 UI INJ", "Benzylpénicilline 1 MUI, poudre pour solution injectable"),
    ("LEVOTHYROXINE 0,125MG CPR", "Lévothyroxine 125 µg, comprimé, boîte de 30"),
    ("GANTS EXAMEN NITRILE TAILLE L B/100", "Gant d'examen nitrile non stérile taille L, boîte de 100"),
    ("GANT CHIR SS LATEX STER T7,5", "Gant de chirurgie sans latex, stérile, taille 7,5"),
    ("COMPRESSE NT STER 10X10", "Compresse non tissée stérile 10 x 10 cm"),
    ("COMPRESSE STER 100X100", "Compresse stérile 10 x 10 cm"),
    ("PARACETAMOL 1000MG/100ML PERF FL", "Paracétamol 10 mg/mL, solution pour perfusion, flacon de 100 mL"),
)
LOST_COMMAS = (
    (
        "HALOPERIDOL 7 5MG CPR PELL",
        "Halopéridol 7,5 mg, comprimé pelliculé",
        "Halopéridol 5 mg, comprimé pelliculé",
    ),
    ("AZATHIOPRINE 0 5 MG CPR", "Azathioprine 0,5 mg, comprimé", "Azathioprine 5 mg, comprimé"),
    ("BUPIVACAINE 2 5 MG/ML FL", "Bupivacaïne 2,5 mg/mL, flacon", "Bupivacaïne 5 mg/mL, flacon"),
    (
        "BISOPROLOL CPR BT 10 5 MG",
        "Bisoprolol 5 mg, comprimé, boîte de 10",
        "Bisoprolol 10 mg, comprimé, boîte de 5",
    ),
)
ADRENALINES = (
    "Adrénaline 1 mg/1 mL, solution injectable, ampoule",
    "Adrénaline 5 mg/5 mL, solution injectable, ampoule",
    "Lidocaïne 1 %, solution injectable, flacon 20 mL",
    "Lidocaïne adrénaline 10 mg/mL, solution injectable, flacon 20 mL",
)


@pytest.mark.parametrize(("libelle", "produit"), DANGERS)
def test_what_only_looks_alike_is_never_sure(libelle: str, produit: str) -> None:
    others = ["Compresse de gaze 10 x 10 cm", "Paracétamol 500 mg, comprimé, boîte de 100"]
    found = Catalogue([Produit(str(i), label) for i, label in enumerate([produit, *others])])
    (asked,) = found.proposer([libelle])
    assert all(one.confiance <= DOUTE for one in asked)


@pytest.mark.parametrize(("libelle", "produit"), SAMES)
def test_two_writings_of_a_product_do_not_contradict(libelle: str, produit: str) -> None:
    assert not contredit(lire(libelle), lire(produit))


@pytest.mark.parametrize(
    ("libelle", "attendu"),
    [
        ("ADRENALINE 1MG/ML AMP 5ML", 1),
        ("ADRENALINE 1MG/1ML AMP", 0),
        ("LIDOCAINE 10MG/ML FL 20ML INJ", 2),
        ("LIDOCAINE 1% ADRENALINE FL 20ML", 3),
    ],
)
def test_concentrations_are_one_whatever_their_writing(libelle: str, attendu: int) -> None:
    ready = Catalogue([Produit(str(i), label) for i, label in enumerate(ADRENALINES)])
    assert ready.proposer([libelle])[0][0].code == str(attendu)


@pytest.mark.parametrize(("libelle", "bon", "autre"), LOST_COMMAS)
def test_a_comma_lost_on_the_way_is_found_again(libelle: str, bon: str, autre: str) -> None:
    first, second = Catalogue([Produit("autre", autre), Produit("bon", bon)]).proposer([libelle])[0]
    assert first.code == "bon" and second.confiance <= DOUTE


def test_a_known_name_is_no_other() -> None:
    labels = ("Gant d'examen nitrile taille M, boîte de 100", "Gant d'examen vinyle taille S, boîte de 100")
    ready = Catalogue([Produit(str(i), label) for i, label in enumerate(labels)])
    assert all(one.confiance <= DOUTE for one in ready.proposer(["GANT EXAMEN VINYLE TAILLE M BTE 100"])[0])
    # The name of a maker, that no product bears, takes nothing away.
    (sure,) = ready.proposer(["GANT EXAMEN NITRILE TAILLE M BTE 100 ACMEX"])
    assert sure[0].code == "0" and sure[0].confiance > DOUTE


def test_the_reason_says_what_is_denied() -> None:
    told = pourquoi(lire("GANT SANS LATEX"), lire("Gant latex"))
    assert "Contredit : latex, que l'un dit et que l'autre exclut." in told
    told = pourquoi(lire("LAME BISTOURI N23 ACIER"), lire("Lame de bistouri n° 11"))
    assert told[1:] == ("Nombre contredit : 23 au lieu de 11.", "Que le produit ne dit pas : acier.")
