"""What already funds a drug: by sector, indication and day; and what is asked twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fanal.molecules.compute.exclusions import Demande, Financement, Ligne, deja_financee, doublons

LE = date(2024, 6, 1)
TABLE = {"mco": ["mco"], "had": ["had"], "smr": ["smr"], "psy": ["psy"], "medico_social": []}
SANS, AVEC = Financement(TABLE), Financement(TABLE, True, "Arrêté du 21 juin 2023")


def ligne(numero: int = 1, **changes: object) -> Ligne:
    base = {"liste": "mco", "ucd": "9000001", "indication": "I1", "libelle": "MOLECULE 1 MG",
            "debut": date(2024, 1, 1), "fin": date(2024, 12, 31), "source": "Arrêté d'essai"}  # fmt: skip
    return Ligne(numero, **{**base, **changes})  # type: ignore[arg-type]


def demande(**changes: object) -> Demande:
    base = {
        "numero": 1,
        "secteur": "mco",
        "finess": "210000001",
        "ucd": "9000001",
        "indication": "I1",
        "le": LE,
    }
    return Demande(**{**base, **changes})  # type: ignore[arg-type]


def test_the_sentence_gives_the_row_its_dates_and_its_source() -> None:
    (trouvee,) = deja_financee(demande(), [ligne()], SANS)
    assert trouvee.certaine
    assert trouvee.phrase == (
        "Le 01/06/2024, MOLECULE 1 MG (UCD 9000001, indication I1) est déjà inscrit sur la liste MCO "
        "(L162-22-7 CSS) du 01/01/2024 au 31/12/2024. Source : Arrêté d'essai."
    )


def test_both_ends_of_the_period_are_included() -> None:
    for jour, attendu in [
        (date(2023, 12, 31), 0),
        (date(2024, 1, 1), 1),
        (date(2024, 12, 31), 1),
        (date(2025, 1, 1), 0),
    ]:
        assert len(deja_financee(demande(le=jour), [ligne()], SANS)) == attendu, jour


def test_a_row_without_end_still_holds() -> None:
    assert deja_financee(demande(le=date(2030, 1, 1)), [ligne(fin=None)], SANS)


def test_another_indication_is_not_funded_and_an_unknown_one_is_to_be_compared() -> None:
    assert deja_financee(demande(indication="I2"), [ligne()], SANS) == ()
    (trouvee,) = deja_financee(demande(indication=""), [ligne()], SANS)
    assert not trouvee.certaine
    assert "comparez les indications" in trouvee.phrase
    (toutes,) = deja_financee(demande(indication="I2"), [ligne(indication="")], SANS)
    assert toutes.certaine


def test_the_mco_list_stands_for_the_smr_list_only_when_the_parameter_says_so() -> None:
    smr = demande(secteur="smr")
    assert deja_financee(smr, [ligne()], SANS) == ()
    (trouvee,) = deja_financee(smr, [ligne()], AVEC)
    assert "Arrêté du 21 juin 2023" in trouvee.phrase
    # The reverse does not hold, and neither HAD nor médico-social borrow the list.
    assert deja_financee(demande(), [ligne(liste="smr")], AVEC) == ()
    assert deja_financee(demande(secteur="had"), [ligne()], AVEC) == ()
    assert deja_financee(demande(secteur="medico_social"), [ligne()], AVEC) == ()


def test_the_own_list_of_the_sector_comes_first() -> None:
    rangees = deja_financee(demande(secteur="smr"), [ligne(1), ligne(2, liste="smr")], AVEC)
    assert [t.ligne.numero for t in rangees] == [2, 1]


SECTEURS = st.sampled_from(list(TABLE))
LISTES = st.sampled_from(["mco", "smr", "had", "psy", "autre"])
JOURS = st.integers(-400, 400).map(lambda n: LE + timedelta(days=n))
LIGNES = st.lists(
    st.builds(
        lambda liste, ucd, indication, debut, duree: ligne(
            0,
            liste=liste,
            ucd=ucd,
            indication=indication,
            debut=debut,
            fin=None if duree is None else debut + timedelta(days=duree),
        ),
        LISTES,
        st.sampled_from(["9000001", "9000002"]),
        st.sampled_from(["", "I1", "I2"]),
        JOURS,
        st.one_of(st.none(), st.integers(0, 300)),
    ),
    max_size=8,
)


@given(SECTEURS, st.sampled_from(["", "I1"]), LIGNES, st.booleans())
def test_the_same_as_reading_each_row_naively(
    secteur: str, indication: str, lignes: list[Ligne], reputee: bool
) -> None:
    attendues = 0
    for row in lignes:
        bonne = row.liste == secteur or (secteur == "smr" and reputee and row.liste == "mco")
        if secteur == "medico_social" or row.ucd != "9000001" or not bonne:
            continue
        if row.debut > LE or (row.fin and row.fin < LE):
            continue
        if indication and row.indication and indication != row.indication:
            continue
        attendues += 1
    trouvees = deja_financee(
        demande(secteur=secteur, indication=indication), lignes, AVEC if reputee else SANS
    )
    assert len(trouvees) == attendues


def test_a_request_of_the_year_after_is_no_duplicate() -> None:
    une = demande()
    autres = [
        demande(numero=2, le=LE + timedelta(days=180)),
        demande(numero=3, le=LE + timedelta(days=181)),
        demande(numero=4, finess="210000002"),
        demande(numero=5, indication="I2"),
        demande(numero=6, secteur="had"),
        une,
    ]
    assert [d.numero for d in doublons(une, autres, 180)] == [2]
