"""Letters: what they say, that the applicant learns from them alone, that a stale one is not sent."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from fanal.appels.actions.attributions import attribuer, motiver, promouvoir, refuser, retenir
from fanal.appels.actions.courriers import etablir, imprimer_ensemble, marquer_envoyes, paquet
from fanal.appels.compute.courriers import nature_de, remplir
from fanal.appels.models import Appel, Attribution, Courrier
from fanal.appels.queries.enveloppes import etape_pour_declarant, etapes_pour_declarant
from fanal.campagnes.models import Dossier
from fanal.refus import Refus
from tests.appels.enveloppes.fabrique import LE, MOTIF, essayer, faire_enveloppe

Monde = tuple[Appel, list[Dossier]]


@pytest.fixture
def decidees(quatre: Monde) -> list[Attribution]:
    simulation = essayer(faire_enveloppe(quatre[0], "100000"))
    return retenir(simulation=simulation, motif=MOTIF, by=None, instant=LE)


def texte(contenu: bytes) -> str:
    pages = PdfReader(io.BytesIO(contenu)).pages
    return " ".join(" ".join(p.extract_text().split()) for p in pages)


def lu(courrier: Courrier) -> str:
    with courrier.original.fichier.open("rb") as flux:
        return texte(flux.read())


def test_words_between_braces_are_replaced() -> None:
    assert remplir("A {un}\nb.\n\n\n{deux} {trois}", {"un": "1", "deux": "2"}) == ["A 1 b.", "2 {trois}"]
    assert nature_de("definitive", deja_retenu=True) == "modification"
    assert nature_de("abandonnee", deja_retenu=False) == ""


def test_each_letter_says_its_decision_and_why(decidees: list[Attribution]) -> None:
    retenue, attente = decidees[0], decidees[3]
    motiver(attribution=attente, motif="Un projet voisin est mieux noté.", by=None, instant=LE)
    une, autre = etablir(attributions=[retenue, attente], by=None, instant=LE)
    assert (une.nature, autre.nature) == ("notification", "complementaire")
    assert "60 000,00 €" in lu(une).replace("\u202f", " ").replace("\xa0", " ")
    assert "recours" not in lu(une)
    dit = lu(autre)
    assert "au rang 2" in dit
    assert "mieux noté" in dit
    assert "Voies et délais de recours" in dit
    # Printed once: the same decision gives the same letter.
    assert etablir(attributions=[attente], by=None, instant=LE) == [autre]


def test_the_call_may_have_texts_of_its_own(quatre: Monde) -> None:
    appel, dossiers = quatre
    appel.regles = appel.regles | {"courriers": {"refus": "Non, {declarant}.", "recours": "Tribunal de X."}}
    appel.save()
    refus = refuser(
        enveloppe=faire_enveloppe(appel, "1"), dossier=dossiers[0], motif=MOTIF, by=None, instant=LE
    )
    dit = lu(etablir(attributions=[refus], by=None, instant=LE)[0])
    assert f"Non, {dossiers[0].nom_noeud}." in dit
    assert "Tribunal de X." in dit


def test_the_applicant_knows_what_the_last_letter_sent_says(
    decidees: list[Attribution], quatre: Monde
) -> None:
    _, dossiers = quatre
    seen = [Dossier.objects.get(pk=d.pk) for d in dossiers]
    assert set(etapes_pour_declarant(seen).values()) == {"recevable"}
    courriers = etablir(attributions=decidees, by=None, instant=LE)
    assert set(etapes_pour_declarant(seen).values()) == {"recevable"}
    marquer_envoyes(courriers=courriers, by=None, instant=LE)
    assert list(etapes_pour_declarant(seen).values()) == [
        "retenu",
        "retenu",
        "complementaire",
        "complementaire",
    ]
    # Served later from the list: not known before the new letter.
    enveloppe = decidees[0].enveloppe
    type(enveloppe).objects.filter(pk=enveloppe.pk).update(montant=Decimal(200_000))
    promue = promouvoir(enveloppe=enveloppe, motif="Suite de la liste.", by=None, instant=LE)
    servi = Dossier.objects.get(pk=promue.dossier_id)
    assert (servi.etape, etape_pour_declarant(servi)) == ("retenu", "complementaire")
    marquer_envoyes(courriers=etablir(attributions=[promue], by=None, instant=LE), by=None, instant=LE)
    assert etape_pour_declarant(servi) == "retenu"


def test_a_letter_whose_decision_changed_is_not_sent(decidees: list[Attribution]) -> None:
    courriers = etablir(attributions=decidees, by=None, instant=LE)
    premiere = decidees[0]
    attribuer(
        enveloppe=premiere.enveloppe,
        dossier=premiere.dossier,
        montant=Decimal(50_000),
        motif="Dépense écartée.",
        by=None,
        instant=LE,
    )
    with pytest.raises(Refus, match="a changé depuis"):
        marquer_envoyes(courriers=courriers, by=None, instant=LE)
    assert not Courrier.objects.exclude(envoye_le=None).exists()
    nouveau = etablir(attributions=[premiere], by=None, instant=LE)[0]
    assert nouveau not in courriers
    marquer_envoyes(courriers=[nouveau], by=None, instant=LE)


def test_a_changed_amount_has_a_letter_of_its_own(decidees: list[Attribution]) -> None:
    premiere = decidees[0]
    marquer_envoyes(courriers=etablir(attributions=[premiere], by=None, instant=LE), by=None, instant=LE)
    attribuer(
        enveloppe=premiere.enveloppe,
        dossier=premiere.dossier,
        montant=Decimal(50_000),
        motif="Dépense écartée.",
        by=None,
        instant=LE,
    )
    suivant = etablir(attributions=[Attribution.objects.get(pk=premiere.pk)], by=None, instant=LE)[0]
    assert suivant.nature == "modification"


def test_a_batch_is_one_archive_or_one_document(decidees: list[Attribution]) -> None:
    courriers = etablir(attributions=decidees, by=None, instant=LE)
    with zipfile.ZipFile(io.BytesIO(paquet(courriers))) as archive:
        assert len(archive.namelist()) == 4
    assert len(PdfReader(io.BytesIO(imprimer_ensemble(courriers, LE))).pages) == 4
    with pytest.raises(Refus, match="Cochez"):
        etablir(attributions=[], by=None, instant=LE)


def test_no_letter_for_an_abandonment(decidees: list[Attribution]) -> None:
    from fanal.appels.actions.attributions import abandonner

    partie: Any = abandonner(attribution=decidees[0], motif="Projet arrêté.", by=None, instant=LE)
    with pytest.raises(Refus, match="pas de courrier"):
        etablir(attributions=[partie], by=None, instant=LE)
