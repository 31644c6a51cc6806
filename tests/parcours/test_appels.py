"""A call opened from a spreadsheet, without touching code, followed to a comparison a year later.

Everything goes through the pages, by those whose work it is: the ministry opens the call, two hospitals of
two régions fill in and hand in, their agencies give an opinion, a jury of two reads and a sitting decides,
the envelope is shared, the letters leave, and a year later the two projects are compared.
"""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from fanal.appels.models import Appel, Attribution, Courrier, Enveloppe, Seance, Simulation
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import PARIS
from fanal.comptes.models import Utilisateur
from fanal.moteurs import xlsform
from fanal.territoires.noeuds import NATIONAL
from tests.parcours.appel import FORMULAIRE, PREMIER, PROJETS, REGLES, SECOND, Projet
from tests.parcours.visiteur import Visiteur, plain

pytestmark = pytest.mark.navigateur

CODE = "dechets-bloc"
RACINE = f"/appels/{CODE}/"


class Horloge:
    """The clock of the server, which runs in this process: moved ahead, never back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.avance, heure = timedelta(), timezone.now
        monkeypatch.setattr(timezone, "now", lambda: heure() + self.avance)


@pytest.fixture
def horloge(monkeypatch: pytest.MonkeyPatch) -> Horloge:
    return Horloge(monkeypatch)


@pytest.fixture
def jures(creer_utilisateur: Callable[..., Utilisateur]) -> list[Utilisateur]:
    """Two jurors of the nation."""
    return [
        creer_utilisateur("jure", NATIONAL, email=f"jure{n}@essai.example", nom=f"Membre {n}") for n in (1, 2)
    ]


def test_from_a_spreadsheet_to_an_indicator_compared(
    visiteur: Visiteur,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    jures: list[Utilisateur],
    horloge: Horloge,
    tmp_path: Path,
) -> None:
    ailleurs = utilisateurs_ailleurs
    visiteur.vues = set()
    open_the_call(visiteur, tmp_path)
    answer(visiteur, utilisateurs["directeur_achats"], PREMIER)
    answer(visiteur, ailleurs["pharmacien"], SECOND)
    look_before_the_closing(visiteur)
    horloge.avance = timedelta(days=5)
    ask_the_agencies(visiteur)
    give_an_opinion(visiteur, utilisateurs["referent_ars"], PREMIER, "Favorable")
    give_an_opinion(visiteur, ailleurs["referent_ars"], SECOND, "Réservé")
    name_the_jury(visiteur, jures)
    declare_interests(visiteur, jures)
    visiteur.devient("dgos")
    hand_out_readings(visiteur)
    for jure, notes in zip(jures, ((5, 4), (4, 4)), strict=True):
        read(visiteur, jure, notes)
    sit(visiteur)
    share_the_money(visiteur)
    print_and_send(visiteur, tmp_path)
    for user, projet in ((utilisateurs["directeur_achats"], PREMIER), (ailleurs["pharmacien"], SECOND)):
        learn_the_decision(visiteur, user, projet)
        declare_the_start(visiteur, projet)
    horloge.avance += timedelta(days=366)
    for user, projet in ((utilisateurs["directeur_achats"], PREMIER), (ailleurs["pharmacien"], SECOND)):
        measure(visiteur, user, projet)
    compare(visiteur)


def signs_in(visiteur: Visiteur, user: Utilisateur) -> None:
    visiteur.navigateur.connecter(user)


def open_the_call(visiteur: Visiteur, dossier: Path) -> None:
    """A spreadsheet and a rule file, dates, then published."""
    form, rules = dossier / "dechets.xlsx", dossier / "regles.yaml"
    xlsform.en_classeur(FORMULAIRE, form)
    rules.write_text(REGLES, encoding="utf-8")
    visiteur.devient("dgos")
    page = visiteur.ouvre("/appels/gestion/")
    page = visiteur.suit("Préparer un appel")
    page.get_by_label("Organisateur").select_option("national:")
    page.get_by_label("Titre", exact=True).fill("Moins de déchets au bloc")
    page.get_by_label("Code", exact=True).fill(CODE)
    page.get_by_label("Résumé").fill("Pour les établissements publics qui réduisent les déchets du bloc.")
    page.get_by_label("Ouverture").fill(local(timezone.now() - timedelta(hours=1)))
    page.get_by_label("Clôture").fill(local(timezone.now() + timedelta(days=3)))
    visiteur.presse("Créer l'appel")
    visiteur.suit("Déposer un classeur XLSForm")
    page.get_by_label("Fichier", exact=True).set_input_files(form)
    visiteur.presse("Enregistrer")
    visiteur.suit("Déposer un fichier de règles")
    page.get_by_label("Fichier", exact=True).set_input_files(rules)
    visiteur.presse("Enregistrer", etroit=True)
    assert "Tout est prêt" in visiteur.lit()
    visiteur.suit("Voir le formulaire comme un déclarant")
    assert "Précisez la nature du projet" in visiteur.lit()
    visiteur.ouvre(f"{RACINE}reglages/")
    visiteur.presse("Publier l'appel", etroit=True)
    assert "50 %" in plain(visiteur.lit())
    assert Appel.objects.get().etat == Appel.Etat.OUVERT


def local(instant: datetime) -> str:
    return instant.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S")


def answer(visiteur: Visiteur, user: Utilisateur, projet: Projet) -> None:
    """Filled in as one types, the questions that follow shown; handed in, with a receipt."""
    signs_in(visiteur, user)
    visiteur.ouvre("/appels/", etroit=True)
    page = visiteur.suit("Moins de déchets au bloc")
    visiteur.suit("Répondre à cet appel")
    page.get_by_label("Déclarant").select_option(f"etablissement:{projet.finess}")
    visiteur.presse("Commencer le dossier")
    visiteur.suit("Le projet")
    page.get_by_label("Intitulé du projet").press_sequentially(projet.intitule)
    saved(page)
    page.get_by_label("Public", exact=True).check()
    asked = page.get_by_label("Précisez la nature du projet")
    assert not asked.is_visible()
    page.get_by_label(projet.nature, exact=True).check()
    if projet.nature == "Autre":
        asked.wait_for()
        asked.fill("Du linge à la place de l'usage unique")
    visiteur.regarde(etroit=True)
    visiteur.presse("Section suivante")
    page.get_by_label("Dépenses éligibles").fill(projet.eligible)
    page.get_by_label("Aide demandée").fill(projet.demande)
    visiteur.presse("Revoir le dossier")
    visiteur.suit("Déposer…")
    visiteur.presse("Déposer le dossier")
    handed = Dossier.objects.get(etablissement__finess=projet.finess)
    assert handed.version_courante is not None and handed.etape == "depose"
    assert handed.version_courante.empreinte in visiteur.lit()
    assert handed.version_courante.reponse.reponses["intitule"] == projet.intitule
    visiteur.ouvre(f"/appels/dossiers/{handed.pk}/", etroit=True)
    assert "Vous pouvez le reprendre" in visiteur.lit()


def saved(page: Any) -> None:
    page.locator("#etat-saisie", has_text="Enregistré à").wait_for()


def look_before_the_closing(visiteur: Visiteur) -> None:
    """The ministry reads the dossier that only its hospital may take back."""
    visiteur.devient("dgos")
    visiteur.ouvre(f"/appels/dossiers/{dossier_of(PREMIER).pk}/", etroit=True)
    assert "Le déclarant peut le reprendre" in visiteur.lit()


def ask_the_agencies(visiteur: Visiteur) -> None:
    """The window is closed: both dossiers admissible, both agencies asked."""
    visiteur.devient("dgos")
    page = visiteur.ouvre(f"{RACINE}instruction/", etroit=True)
    page.get_by_label("tous ceux qui peuvent l'être").check()
    visiteur.presse("Déclarer recevable")
    visiteur.presse("Déclarer recevable")
    assert set(Dossier.objects.values_list("etape", flat=True)) == {"recevable"}
    page.get_by_label("tous ceux qui peuvent l'être").check()
    visiteur.presse("Demander un avis")
    page.get_by_label("Dernier jour pour rendre l'avis, inclus").fill(
        (timezone.localdate() + timedelta(days=10)).isoformat()
    )
    visiteur.presse("Demander 2 avis")


def give_an_opinion(visiteur: Visiteur, user: Utilisateur, projet: Projet, sens: str) -> None:
    signs_in(visiteur, user)
    visiteur.ouvre("/appels/avis/", etroit=True)
    assert all((p is projet) == (p.nom in visiteur.lit()) for p in PROJETS)
    page = visiteur.suit(projet.nom)
    page.get_by_label(sens, exact=True).check()
    page.get_by_label("Texte de l'avis").fill("Le projet répond à un besoin de la région.")
    visiteur.presse("Rendre l'avis")


def dossier_of(projet: Projet) -> Dossier:
    return Dossier.objects.get(etablissement__finess=projet.finess)


def name_the_jury(visiteur: Visiteur, jures: list[Utilisateur]) -> None:
    visiteur.devient("dgos")
    for rank, jure in enumerate(jures):
        page = visiteur.ouvre(f"/appels/jury/{CODE}/composition/")
        page.get_by_label("Compte").select_option(str(jure.pk))
        page.get_by_label("Préside le jury").set_checked(rank == 0)
        visiteur.presse("Nommer")


def declare_interests(visiteur: Visiteur, jures: list[Utilisateur]) -> None:
    """One has none; the other names a supplier, that no dossier names."""
    signs_in(visiteur, jures[0])
    visiteur.ouvre("/appels/jury/")
    page = visiteur.suit("Déclarer mes intérêts")
    visiteur.presse("Déclarer n'avoir aucun intérêt")
    signs_in(visiteur, jures[1])
    visiteur.ouvre(f"/appels/jury/{CODE}/interets/")
    page.get_by_label("Un fournisseur, par son nom").fill("Fournisseur d'essai")
    page.get_by_label("Nature").select_option(index=1)
    visiteur.presse("Déclarer cet intérêt")
    assert "Fournisseur d'essai" in visiteur.lit()


def hand_out_readings(visiteur: Visiteur) -> None:
    visiteur.ouvre(f"/appels/jury/{CODE}/conduite/")
    visiteur.suit("Confier les lectures")
    visiteur.presse("Confier ces lectures")


def read(visiteur: Visiteur, jure: Utilisateur, notes: tuple[int, int]) -> None:
    """Both dossiers, the second a point lower; no reader sees the other's marks before all are in."""
    signs_in(visiteur, jure)
    for rank, projet in enumerate(PROJETS):
        visiteur.ouvre(f"/appels/jury/{CODE}/")
        page = visiteur.suit(projet.nom, etroit=rank == 0)
        assert "Autres lectures" not in visiteur.lit()
        for critere, note in enumerate(notes):
            page.locator(f"#note-{critere}-{note - rank}").check()
        page.get_by_label("Commentaire").fill("Un projet utile, dont la mesure est claire.")
        visiteur.presse("Rendre la lecture")


def sit(visiteur: Visiteur) -> None:
    """Both members present; both dossiers kept at the mean; minutes established."""
    visiteur.devient("dgos")
    visiteur.ouvre(f"/appels/jury/{CODE}/classement/")
    page = visiteur.suit("Ouvrir une séance")
    for n in (1, 2):
        page.get_by_label(f"Membre {n}").check()
    visiteur.presse("Ouvrir la séance")
    seance = Seance.objects.get()
    for rank, projet in enumerate(PROJETS):
        visiteur.suit(projet.nom, etroit=rank == 0)
        page.get_by_label("Ce que le jury propose").select_option("retenir")
        visiteur.presse("Enregistrer la délibération")
        visiteur.ouvre(f"/appels/jury/seances/{seance.pk}/")
    visiteur.suit("Clore la séance")
    visiteur.presse("Clore et établir le procès-verbal", etroit=True)
    seance.refresh_from_db()
    assert seance.proces_verbal is not None
    assert "Fournisseur d'essai" not in text_of(seance.proces_verbal.fichier.read())
    assert [d.note for d in seance.deliberations.order_by("rang")] == [Decimal(86), Decimal(66)]


def text_of(pdf: bytes) -> str:
    return plain("\n".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages))


def share_the_money(visiteur: Visiteur) -> None:
    """A slider moved, put back; the simulation kept, decided upon, and made final."""
    visiteur.ouvre(f"{RACINE}enveloppes/")
    page = visiteur.suit("Nouvelle enveloppe")
    page.get_by_label("Nom", exact=True).fill("Crédits nationaux")
    page.get_by_label("Montant, en euros").fill("100000")
    visiteur.presse("Créer l'enveloppe")
    visiteur.suit("Simuler", etroit=True)
    slider = page.locator("#id_part")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.locator("#sortie-part", has_text="99 %").wait_for()
    page.keyboard.press("ArrowRight")
    page.locator("#sortie-part", has_text="100 %").wait_for()
    visiteur.regarde()
    page.get_by_label("Nom de la simulation").fill("Au prorata")
    visiteur.presse("Garder cette simulation", etroit=True)
    assert all(p.accorde in plain(visiteur.lit()) for p in PROJETS)
    visiteur.suit("Décider d'après elle")
    page.get_by_label("Motif").fill("Le jury retient les deux projets.")
    visiteur.presse("Prendre cette décision", etroit=True)
    assert Simulation.objects.get().retenue_le is not None
    check_all(page)
    visiteur.presse("Rendre définitifs")
    final = Attribution.objects.filter(statut=Attribution.Statut.DEFINITIVE)
    assert sum(a.montant for a in final) == Enveloppe.objects.get().montant == Decimal(100000)


def check_all(page: Any) -> None:
    for box in page.locator("input[name=attribution]").all():
        box.check()


def print_and_send(visiteur: Visiteur, dossier: Path) -> None:
    """One document holds each letter, with whose it is and how much; then they leave."""
    page = visiteur.page
    check_all(page)
    with page.expect_download() as printed:
        page.get_by_role("button", name="Imprimer en un PDF").click()
    printed.value.save_as(dossier / "courriers.pdf")
    said = text_of((dossier / "courriers.pdf").read_bytes())
    assert all(p.nom in said and p.accorde in said for p in PROJETS)
    visiteur.ouvre(f"/appels/enveloppes/{Enveloppe.objects.get().pk}/")
    check_all(page)
    visiteur.presse("Marquer comme envoyés")
    assert not Courrier.objects.filter(envoye_le=None).exists()


def learn_the_decision(visiteur: Visiteur, user: Utilisateur, projet: Projet) -> None:
    """The applicant reads its own decision, and its letter; nothing of the other's, nor of the readers."""
    signs_in(visiteur, user)
    page = visiteur.ouvre(f"/appels/dossiers/{dossier_of(projet).pk}/", etroit=True)
    said = plain(visiteur.lit())
    other = next(p for p in PROJETS if p is not projet)
    assert projet.accorde in said and other.accorde not in said and other.nom not in said
    assert "Membre 1" not in said
    with page.expect_download() as letter:
        page.get_by_role("link", name=re.compile("^Courrier du")).click()
    assert projet.accorde in text_of(Path(letter.value.path()).read_bytes())


def declare_the_start(visiteur: Visiteur, projet: Projet) -> None:
    page = visiteur.ouvre("/appels/mes-projets/", etroit=True)
    visiteur.suit(projet.nom, etroit=True)
    visiteur.suit("Déclarer : Valeurs de départ", etroit=True)
    page.get_by_label("Valeur de départ").fill(projet.depart)
    page.get_by_label("Cible (kg)").fill("2")
    page.get_by_label("Jour où les cibles").fill((timezone.localdate() + timedelta(days=400)).isoformat())
    visiteur.presse("Déclarer")
    assert "2 valeurs déclarées" in visiteur.lit()


def measure(visiteur: Visiteur, user: Utilisateur, projet: Projet) -> None:
    """A year later the measure is late by a day: the page says so, and takes it."""
    signs_in(visiteur, user)
    page = visiteur.ouvre("/appels/mes-projets/")
    assert "en retard" in visiteur.lit()
    visiteur.suit(projet.nom)
    visiteur.suit("Déclarer : Relevé des indicateurs à 1 an")
    page.get_by_label("Mesure (kg)").fill(projet.mesure)
    visiteur.presse("Déclarer", etroit=True)
    assert "1 valeur déclarée" in visiteur.lit()


def compare(visiteur: Visiteur) -> None:
    """Both side by side: from 4 to 3 with 2 aimed at is half of the way, from 5 to 2.5 five sixths."""
    visiteur.devient("dgos")
    visiteur.ouvre(f"{RACINE}suivi/", etroit=True)
    page = visiteur.suit("Comparer les projets", etroit=True)
    assert "Les valeurs vont de 2,5 kg à 3 kg." in plain(visiteur.lit())
    rows = {p: plain(page.get_by_role("row").filter(has_text=p.nom).inner_text()) for p in PROJETS}
    assert re.search(r"4\s+2\s+3\s", rows[PREMIER]) and "50" in rows[PREMIER]
    assert re.search(r"5\s+2\s+2,5\s", rows[SECOND]) and "83,3" in rows[SECOND]
