from datetime import date
from decimal import Decimal

import pytest
from django.test import RequestFactory

from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, Valeur
from fanal.territoires.models import Ght, Region

COLONNES = [
    Colonne("nom", "Nom"),
    Colonne("famille", "Famille", choix=True),
    Colonne("gain", "Gain", "montant", total="somme"),
    Colonne("taux", "Taux", "taux", total=lambda lignes: Decimal(len(lignes)) / 100),
    Colonne("jour", "Jour", "date", visible=False),
]
LIGNES = [
    {
        "nom": "Écrans",
        "famille": "B",
        "gain": Decimal("10.50"),
        "taux": Decimal("0.1"),
        "jour": date(2021, 2, 1),
    },
    {"nom": "Gants", "famille": "A", "gain": None, "taux": None, "jour": None},
    {
        "nom": "eau",
        "famille": "A",
        "gain": Decimal("-3"),
        "taux": Absence.SANS_OBJET,
        "jour": date(2020, 1, 1),
    },
    {"nom": "Zinc", "famille": "B", "gain": Valeur(Decimal("2"), marque="Corrigé."), "taux": 0, "jour": None},
]


def vue(adresse="/", lignes=LIGNES, **options):
    tableau = Tableau("t", COLONNES, lignes, **options)
    return tableau.depuis_requete(RequestFactory().get(adresse))


def noms(vue_):
    return [ligne[0] for ligne in vue_.lignes_exportees()]


@pytest.mark.parametrize(
    ("tri", "attendu"),
    [
        ("nom", ["eau", "Écrans", "Gants", "Zinc"]),
        ("-nom", ["Zinc", "Gants", "Écrans", "eau"]),
        ("gain", ["eau", "Zinc", "Écrans", "Gants"]),
        ("-gain", ["Écrans", "Zinc", "eau", "Gants"]),
        ("jour", ["eau", "Écrans", "Gants", "Zinc"]),
        ("inconnue", ["Écrans", "Gants", "eau", "Zinc"]),
    ],
)
def test_sort_ignores_accents_and_leaves_missing_values_last(tri, attendu):
    assert noms(vue(f"/?t.tri={tri}")) == attendu


def test_search_and_choice_narrow_the_set_and_its_totals():
    v = vue("/?t.q=E&t.f.famille=A&t.tri=nom")
    assert noms(v) == ["eau"]
    assert v.total(COLONNES[2]) == Decimal("-3")
    assert v.phrases == ["Recherche : « E »", "Famille : A"]
    assert "t.q" not in v.efface and "t.f.famille" not in v.efface
    assert noms(vue("/?t.q=ecr")) == ["Écrans"]


def test_a_total_says_how_many_rows_have_no_value():
    total = vue().total(COLONNES[2])
    assert total.valeur == Decimal("9.50")
    assert total.marque == "1 ligne n'a pas de valeur : hors du total."
    assert "Total (4 lignes)" in vue().pied
    assert "4,0" in vue().pied


def test_pages_keep_within_bounds_and_totals_cover_all():
    lignes = [{"nom": f"L{i:03}", "famille": "A", "gain": 1, "taux": 0} for i in range(120)]
    premiere, derniere = vue("/", lignes), vue("/?t.page=3&x=1", lignes)
    assert (premiere.pages, premiere.etendue, len(premiere.rangs)) == (3, (1, 50), 50)
    assert (derniere.etendue, len(derniere.rangs)) == ((101, 120), 20)
    assert derniere.total(COLONNES[2]) == 120
    assert "x=1" in derniere.precedente and "t.page=2" in derniere.precedente and not derniere.suivante
    for absurde in ("0", "-4", "9999", "²", "1e9", "x"):
        assert vue(f"/?t.page={absurde}", lignes).page in (1, 3)


def test_columns_are_chosen_in_the_address():
    assert [c.cle for c in vue().colonnes] == ["nom", "famille", "gain", "taux"]
    assert [c.cle for c in vue("/?t.cols=jour&t.cols=nom&t.cols=rien").colonnes] == ["nom", "jour"]
    assert [c.cle for c in vue("/?t.cols=rien").colonnes] == ["nom", "famille", "gain", "taux"]


def test_parameters_of_another_table_are_kept_not_obeyed():
    v = vue("/?autre.q=zzz&annee=2021&t.tri=nom")
    assert v.nombre == 4
    assert ("autre.q", "zzz") in v.caches and ("annee", "2021") in v.caches
    assert "autre.q=zzz" in v.entetes[0][1] and "annee=2021" in v.entetes[0][1]


def test_cells_are_escaped_units_stand_in_the_header():
    lignes = [{"nom": "<script>", "famille": None, "gain": Decimal("1234.5"), "taux": Decimal("0.1234")}]
    cellules = vue("/", lignes).rangs[0]
    assert "&lt;script&gt;" in cellules and "<script>" not in cellules
    assert '<td class="n">1\u202f234,50</td><td class="n">12,3</td>' in cellules
    assert COLONNES[2].entete == "Gain (€)" and COLONNES[3].entete == "Taux (%)"


@pytest.mark.django_db
def test_a_query_gives_what_a_list_gives():
    region = Region.objects.first()
    for rang, classe in enumerate([3, None, 1, 2]):
        Ght.objects.create(code=f"Z-{rang}", nom=f"Groupement {rang}", region=region, classe=classe)
    colonnes = [
        Colonne("code", "Code"),
        Colonne("region", "Région", champ="region__nom", choix=True),
        Colonne("classe", "Classe", "entier", total="somme"),
    ]
    requete = Ght.objects.filter(code__startswith="Z-").select_related("region")
    for adresse in ("/", "/?g.tri=-classe", "/?g.tri=classe", "/?g.q=Z-2", f"/?g.f.region={region.nom}"):
        vues = [
            Tableau("g", colonnes, lignes, tri="code").depuis_requete(RequestFactory().get(adresse))
            for lignes in (requete, list(requete))
        ]
        assert vues[0].lignes_exportees() == vues[1].lignes_exportees() != []
        assert vues[0].pied == vues[1].pied
        assert vues[0].filtres_choix == vues[1].filtres_choix


@pytest.mark.django_db
def test_htmx_gets_the_table_alone(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("lecteur@exemple.fr"))
    entier = client.get("/guide-de-style/")
    partiel = client.get(
        "/guide-de-style/?actions.tri=gain", headers={"HX-Request": "true", "HX-Target": "tableau-actions"}
    )
    assert b"<html" in entier.content and b"<html" not in partiel.content
    assert partiel.content.strip().startswith(b"<section") and b'aria-sort="ascending"' in partiel.content
    assert b'href="/guide-de-style/detail/' in partiel.content and b'aria-expanded="false"' in partiel.content


@pytest.mark.django_db
def test_a_hostile_address_is_ignored(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("lecteur@exemple.fr"))
    for adresse in (
        "actions.tri=__class__",
        "actions.page=%00",
        "actions.cols=%3Cscript%3E",
        "actions.f.etat=%27",
        "actions.export=exe",
    ):
        assert client.get(f"/guide-de-style/?{adresse}").status_code == 200


@pytest.mark.parametrize(
    ("valeur", "classe"),
    [
        ("BRE-90-2021-017", ' class="code"'),
        (Valeur("21-IOP-12"), ' class="code"'),
        ("Mise en concurrence - lot 2", ""),
        ("anti-inflammatoire-non-stéroïdien", ""),
        ("Électricité", ""),
        (None, ""),
    ],
)
def test_a_code_is_not_cut_at_its_hyphens(valeur, classe):
    (rang,) = vue(lignes=[LIGNES[0] | {"nom": valeur}]).rangs
    assert f'<th scope="row"{classe}>' in rang
