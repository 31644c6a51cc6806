"""The pages of a jury in a real browser: a reading by keyboard, no accessibility fault, nothing too wide."""

from typing import Any

import pytest

from fanal.appels.actions import jury_seance
from fanal.appels.models import LectureJury
from fanal.comptes.models import Utilisateur
from fanal.territoires.models import Ght, Region
from fanal.territoires.noeuds import Noeud
from tests.appels.jury.outils import COMMENTAIRE, LE, rendre, repartir, un_jury

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def test_a_reading_then_the_sitting(
    navigateur: Any, ght: Ght, region: Region, utilisateurs: dict[str, Utilisateur]
) -> None:
    jury = un_jury(ght, dossiers=2, noeud=Noeud("region", region))
    lecture = repartir(jury)[0]
    navigateur.connecter(lecture.membre.utilisateur)
    page = navigateur.ouvrir(f"/appels/jury/lectures/{lecture.pk}/")
    navigateur.axe()
    navigateur.sans_debordement()
    for rang, note in enumerate(("4", "3", "8")):
        page.locator(f"#note-{rang}-{note}").focus()
        page.keyboard.press("Space")
    page.get_by_label("Commentaire").fill(COMMENTAIRE)
    page.get_by_role("button", name="Rendre la lecture").click()
    page.get_by_text("est rendue.").first.wait_for()
    lecture.refresh_from_db()
    assert (lecture.rendue_le is not None, str(lecture.total)) == (True, "78.333")
    for reste in LectureJury.objects.filter(rendue_le=None):
        rendre(reste, 4, 3, 8)
    seance = jury_seance.ouvrir(
        appel=jury.appel, jour=LE.date(), lieu="", presents=jury.membres, by=None, instant=LE
    )
    navigateur.connecter(utilisateurs["referent_ars"])
    code = jury.appel.campagne.code
    for chemin in (
        f"/appels/jury/{code}/notation/",
        f"/appels/jury/seances/{seance.pk}/",
        f"/appels/jury/seances/{seance.pk}/dossiers/{jury.dossiers[0].pk}/",
    ):
        navigateur.ouvrir(chemin)
        navigateur.axe()
        navigateur.sans_debordement()
