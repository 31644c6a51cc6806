"""Operators' lines that a trame lacks: found, previewed, accepted as a new version, and nothing leaks."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from fanal.achats.actions import reprise as actions
from fanal.achats.models import Action
from fanal.achats.queries.reprise import lines_to_take
from fanal.campagnes.actions.campagnes import ouvrir
from fanal.campagnes.actions.depot import deposer
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.campagnes.queries.provenance import origine
from fanal.comptes.models import Utilisateur
from fanal.depots.formats import charger
from fanal.depots.lecture import lire
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.campagnes.trames import classeur, ligne

pytestmark = pytest.mark.django_db
ENTETE = "operateur;numero_marche;finess;annee;gain_ttc"
Deposer = Callable[..., Version]


@pytest.fixture
def campagne(db: None) -> Campagne:
    now, day = timezone.now(), timedelta(days=1)
    return ouvrir(
        type_campagne="performance",
        annee=2021,
        periode="fin-annee",
        ouverture=now - 30 * day,
        cloture=now + 10 * day,
        correction_jusqu_au=now + 20 * day,
        by=None,
        instant=now,
    )


@pytest.fixture
def depose(campagne: Campagne) -> Deposer:
    def deposit(chemin: Path, format: str, noeud: Noeud, by: Utilisateur | None = None) -> Version:
        return deposer(
            chemin=chemin,
            nom_fichier=chemin.name,
            format=format,
            campagne=campagne,
            noeud=noeud,
            by=by,
            instant=timezone.now(),
            canal="cli",
            lue=lire(chemin, charger(format), isolee=False),
        ).version

    return deposit


@pytest.fixture
def declare(
    depose: Deposer,
    tmp_path: Path,
    operateur_achat: OperateurAchat,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> Callable[..., Version]:
    """`declare("M-1;210000001;12500", …)`: the operator's declaration, and what follows its commit."""

    def declaration(*rows: str, operateur: OperateurAchat = operateur_achat) -> Version:
        lines = []
        for row in rows:
            numero, finess, gain = row.split(";")
            lines.append(f"{operateur.nom};{numero};{finess};2021;{gain}")
        path = tmp_path / f"{operateur.code}.csv"
        path.write_text("\n".join([ENTETE, *lines]) + "\n")
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            return depose(path, "operateur", Noeud("operateur", operateur))

    return declaration


@pytest.fixture
def trame(depose: Deposer, tmp_path: Path, ght: Ght) -> Version:
    """Three rows: a sound one on M-1, one on M-2 with a faulty amount, one without contract."""
    rows = [
        ligne(1, numero_marche="m 1"),
        ligne(2, numero_marche="M-2", gain_annuel_ttc="douze"),
        ligne(3, numero_marche=""),
    ]
    return depose(classeur(tmp_path / "trame.xlsx", rows, au_dessus=2), "paat", Noeud("ght", ght))


def numbers(campagne: Campagne, ght: Ght) -> list[tuple[str, str]]:
    return [(x.numero_marche, x.etablissement.finess) for x in lines_to_take(campagne, ght)]


def test_only_what_the_trame_lacks(
    campagne: Campagne, ght: Ght, autre_ght: Ght, trame: Version, declare: Callable[..., Version]
) -> None:
    declare(
        "M-1;210000001;10",  # there, written otherwise
        "M-1;210000002;20",  # same contract, another establishment
        "M-2;210000001;30",  # there, on a row still to be corrected
        "M-3;210000001;40",
        "M-3;210000001;2,50",  # the same again: one line
        "M-4;350000001;50",  # somebody else's
    )
    assert numbers(campagne, ght) == [("M-1", "210000002"), ("M-3", "210000001")]
    lines = lines_to_take(campagne, ght)
    assert [(x.role, x.gain_ttc) for x in lines] == [
        ("partie", Decimal("20.00")),
        ("support", Decimal("42.50")),
    ]
    assert numbers(campagne, autre_ght) == [("M-4", "350000001")]


def test_accepting_adds_lines_and_leaves_the_others(
    campagne: Campagne, ght: Ght, trame: Version, declare: Callable[..., Version]
) -> None:
    declare("M-3;210000002;1234,56", "M-5;210000001;-80")
    cles = [x.cle for x in lines_to_take(campagne, ght)]
    before = dict(trame.lignes)
    done = actions.accept(campagne=campagne, ght=ght, cles=cles, by=None, instant=timezone.now())
    assert (done.version.numero, done.depot.canal, done.depot.ecartees) == (2, "saisie", 1)
    assert {k: v for k, v in done.version.lignes.items() if k in before} == before
    added = Action.objects.get(version=done.version, identifiant="OP-M-3-210000002")
    assert (added.role, added.operateur, added.nom_operateur) == ("partie", "NATIONAL", "Opérateur d'essai")
    assert added.gain_annuel_ttc == Decimal("1234.56")
    assert "année civile 2021" in added.explication and "non sur douze mois" in added.explication
    assert added.date_premiere_commande is None and added.montant_reference_ttc is None
    controls = set(done.version.controles.filter(cle=added.cle).values_list("code", flat=True))
    assert {"date_absente", "reference_absente", "famille_inconnue"} <= controls
    loss = Action.objects.get(version=done.version, identifiant="OP-M-5-210000001")
    assert loss.gain_annuel_ttc == Decimal("-80.00")
    assert lines_to_take(campagne, ght) == []
    # An added line comes from no cell of the first file; the others still do.
    assert len(origine(done.version, added.feuille, added.ligne).chaine) == 1
    kept = Action.objects.get(version=done.version, identifiant="A-001")
    assert origine(done.version, kept.feuille, kept.ligne).fichier == "trame.xlsx"
    assert len(origine(done.version, kept.feuille, kept.ligne).chaine) == 2


def test_a_ght_that_deposited_nothing_begins_with_them(
    campagne: Campagne, ght: Ght, declare: Callable[..., Version]
) -> None:
    declare("M-3;210000002;1234,56")
    cles = [x.cle for x in lines_to_take(campagne, ght)]
    done = actions.accept(campagne=campagne, ght=ght, cles=cles, by=None, instant=timezone.now())
    assert done.version.numero == 1
    (action,) = Action.objects.filter(version=done.version)
    assert (action.identifiant, action.numero_marche) == ("OP-M-3-210000002", "M-3")
    assert origine(done.version, action.feuille, action.ligne).fichier == "paat-BFC-90.xlsx"


def test_identifiers_stay_distinct(
    campagne: Campagne,
    ght: Ght,
    declare: Callable[..., Version],
    autre_operateur_achat: OperateurAchat,
) -> None:
    declare("M-3;210000001;10")
    declare("M-3;210000001;99", operateur=autre_operateur_achat)
    names = [x.identifiant for x in lines_to_take(campagne, ght)]
    assert names == ["OP-M-3-210000001", "OP-M-3-210000001-2"]


def test_what_changed_meanwhile_is_refused(
    campagne: Campagne, ght: Ght, trame: Version, declare: Callable[..., Version]
) -> None:
    declare("M-3;210000001;10")
    (line,) = lines_to_take(campagne, ght)
    declare("M-3;210000001;11")
    with pytest.raises(Refus, match="entre-temps"):
        actions.accept(campagne=campagne, ght=ght, cles=[line.cle], by=None, instant=timezone.now())
    with pytest.raises(Refus, match="Aucune ligne"):
        actions.accept(campagne=campagne, ght=ght, cles=[], by=None, instant=timezone.now())
    assert Version.objects.filter(dossier=trame.dossier).count() == 1


def test_only_those_who_deposit_accept(
    campagne: Campagne,
    ght: Ght,
    trame: Version,
    declare: Callable[..., Version],
    utilisateurs: dict[str, Utilisateur],
) -> None:
    declare("M-3;210000001;10")
    cles = [x.cle for x in lines_to_take(campagne, ght)]
    for role in ("pharmacien", "operateur", "dgos"):
        with pytest.raises(Interdit):
            actions.accept(
                campagne=campagne, ght=ght, cles=cles, by=utilisateurs[role], instant=timezone.now()
            )
    assert not Dossier.objects.filter(pk=trame.dossier_id, version_courante__numero__gt=1).exists()


def twice(version: Version) -> int:
    return version.controles.filter(code="gain_declare_deux_fois").count()


def test_a_declaration_controls_the_trames_again(
    campagne: Campagne, trame: Version, declare: Callable[..., Version]
) -> None:
    assert twice(trame) == 0
    revision = Campagne.objects.get().revision
    declare("M-1;210000001;10")
    assert twice(trame) == 1
    assert Campagne.objects.get().revision > revision + 1, "pages that count remarks must read them again"
    scores = Action.objects.get(version=trame, cle="A-001").score
    assert scores > 0
    declare("M-9;210000001;10")
    assert twice(trame) == 0, "what the operator no longer declares is no longer claimed twice"


def test_other_trames_are_left_alone(
    trame: Version, declare: Callable[..., Version], django_assert_max_num_queries: Callable[..., object]
) -> None:
    before = list(trame.controles.values_list("pk", flat=True))
    declare("M-8;210000001;10")
    assert list(trame.controles.values_list("pk", flat=True)) == before


def address(step: str = "", **query: object) -> str:
    from urllib.parse import urlencode

    kept = {"territoire": "ght:BFC-90", "annee": 2021, **query}
    return f"/achats/reprise/{step}?{urlencode(kept, doseq=True)}"


def test_the_pages(
    connecte: Callable[[str], Client],
    campagne: Campagne,
    ght: Ght,
    trame: Version,
    declare: Callable[..., Version],
) -> None:
    declare("M-3;210000001;1000", "M-4;210000002;500,5")
    client = connecte("acheteur")
    page = client.get(address())
    content = page.content.decode()
    assert "2 lignes que votre trame n'a pas" in page.context["phrase"]
    assert "M-3" in content and "année civile" in content and "Tout sélectionner" in content
    home = client.get("/").content.decode()
    assert "Reprendre des lignes d" in home
    first = lines_to_take(campagne, ght)[0]
    one = client.get(address("apercu/", ligne=[first.cle]))
    assert one.context["nombre"] == 1 and "OP-M-3-210000001" in one.content.decode()
    every = client.get(address("apercu/", portee="tout"))
    assert every.context["nombre"] == 2
    assert Version.objects.filter(dossier=trame.dossier).count() == 1, "a preview writes nothing"
    stale = client.post(address("apercu/", portee="tout"), {"empreinte": "x"})
    assert stale.status_code == 200 and Version.objects.filter(dossier=trame.dossier).count() == 1
    done = client.post(address("apercu/", portee="tout"), {"empreinte": every.context["empreinte"]})
    assert done["Location"] == f"/campagnes/dossiers/{trame.dossier_id}/versions/2/"
    assert "contient déjà tout" in client.get(address()).context["phrase"]
    assert client.get(address("apercu/", ligne=[first.cle]))["Location"].startswith("/achats/reprise/")
    assert client.get("/achats/reprise/?annee=2021").context["nombre"] == 0, "the one GHT of the account"


def test_the_pages_stay_in_one_s_territory(
    connecte: Callable[[str], Client],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    trame: Version,
    declare: Callable[..., Version],
) -> None:
    declare("M-3;210000001;1000")
    other = Client()
    other.force_login(utilisateurs_ailleurs["acheteur"])
    assert other.get(address()).status_code == 404
    assert other.post(address("apercu/", portee="tout")).status_code == 404
    assert "M-3" not in other.get("/achats/reprise/?annee=2021").content.decode()
    assert connecte("pharmacien").get(address()).status_code == 403
    assert connecte("operateur").get("/achats/reprise/?annee=2021").status_code == 403
