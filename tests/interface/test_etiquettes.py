"""Names on an axis."""

from fanal.interface.etiquettes import distinctes, etiquettes


def test_names_cut_alike_are_told_apart_by_their_key() -> None:
    noms = {"1": "Hôpital de démonstration B", "2": "Hôpital de démonstration C", "3": "Clinique"}
    assert etiquettes(noms, 12) == {"1": "Hôpital de … (1)", "2": "Hôpital de … (2)", "3": "Clinique"}
    assert etiquettes(noms, 40) == noms


def test_what_all_names_end_with_is_left_out() -> None:
    noms = {"1": "Hôpital B, Clochers", "2": "Hôpital C, Clochers"}
    assert etiquettes(noms, 12) == {"1": "Hôpital B", "2": "Hôpital C"}
    assert etiquettes(noms | {"3": "Clinique"}, 20) == noms | {"3": "Clinique"}
    assert etiquettes({"1": "Hôpital B, Clochers"}, 20) == {"1": "Hôpital B, Clochers"}


def test_the_same_name_is_numbered() -> None:
    assert distinctes(["Gants", "Draps", "Gants", "Gants"]) == ["Gants", "Draps", "Gants (2)", "Gants (3)"]
