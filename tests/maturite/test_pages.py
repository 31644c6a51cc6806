"""Pages of maturity: what they say, who sees them, answers that stay blind until handed in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.maturite.actions import evaluations
from fanal.maturite.models import ActionProgres, Evaluateur, Grille, NiveauSujet, Preuve, Sujet
from fanal.territoires.models import Ght
from tests.maturite.conftest import LE, Ecrire, lignes

pytestmark = pytest.mark.django_db

Connecte = Callable[[str], Client]


@pytest.fixture(autouse=True)
def open_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The survey of the fixtures is open on the day of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: LE)


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(f"maturite:{name}", args=args))
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def test_a_grid_comes_in_and_a_survey_opens(connecte: Connecte, ecrire: Ecrire, ght: Ght) -> None:
    client = connecte("dgos")
    assert "Importez-en une" in page(client, "ouvrir")
    sent = SimpleUploadedFile("grille.xlsx", ecrire(lignes()).read_bytes())
    asked = {"fichier": sent, "code": "grille-2025", "titre": "Grille 2025", "annee": 2025, "source": "Essai"}
    answer = client.post(reverse("maturite:importer_grille"), asked)
    assert answer.status_code == 302 and "2 thèmes, 3 sujets" in page(client, "grille", "grille-2025")
    days = {"ouverture": "2025-06-01", "cloture": "2025-09-30"}
    answer = client.post(
        reverse("maturite:ouvrir"), {"annee": 2025, "grille": Grille.objects.get().pk, **days}
    )
    assert answer.status_code == 302
    opened = Campagne.objects.get(type_campagne="maturite")
    assert opened.repondants.filter(ght=ght).exists()
    assert "trop peu pour montrer" in page(client, "enquete", opened.code)
    again = client.post(
        reverse("maturite:ouvrir"), {"annee": 2025, "grille": Grille.objects.get().pk, **days}
    )
    assert again.status_code == 422 and "existe déjà" in again.content.decode()


def test_a_faulty_grid_says_where(connecte: Connecte, ecrire: Ecrire) -> None:
    rows = lignes()
    rows[2][9] = 10
    sent = SimpleUploadedFile("grille.xlsx", ecrire(rows).read_bytes())
    answer = connecte("dgos").post(
        reverse("maturite:importer_grille"), {"fichier": sent, "code": "g", "titre": "G", "annee": 2025}
    )
    assert answer.status_code == 422 and "Ligne 4, colonne note" in answer.content.decode()
    assert not Grille.objects.exists()


def test_only_the_nation_opens(connecte: Connecte, enquete: Campagne) -> None:
    for role, status in {"directeur_achats": 404, "referent_ars": 404, "anap": 403}.items():
        assert connecte(role).get(reverse("maturite:ouvrir")).status_code == status
        assert connecte(role).get(reverse("maturite:importer_grille")).status_code == status


def test_from_the_first_click_to_the_score(
    connecte: Connecte, enquete: Campagne, ght: Ght, utilisateurs: dict[str, Utilisateur]
) -> None:
    director = connecte("directeur_achats")
    assert "Commencer l'autoévaluation" in page(director, "enquetes")
    director.post(reverse("maturite:commencer", args=[enquete.code, ght.code]))
    dossier = Dossier.objects.get(campagne=enquete)
    where = reverse("maturite:dossier", args=[dossier.pk])
    assert "Invitez les personnes" in director.get(where).content.decode()
    for role in ("pharmacien", "acheteur"):
        asked = {"compte": utilisateurs[role].email, "fonction": role}
        director.post(reverse("maturite:inviter", args=[dossier.pk]), asked)
    assert Evaluateur.objects.filter(dossier=dossier).count() == 2
    topics = {s.code: s.pk for s in Sujet.objects.all()}

    def answer(role: str, gouv: str, **more: str) -> Any:
        levels = {f"niveau-{topics['gouv']}": gouv, f"niveau-{topics['roles']}": "2"}
        levels[f"niveau-{topics['si']}"] = "passe"
        return connecte(role).post(reverse("maturite:mienne", args=[dossier.pk]), {**levels, **more})

    assert answer("pharmacien", "1", rendre="1").status_code == 302
    partial = connecte("acheteur").post(
        reverse("maturite:mienne", args=[dossier.pk]), {f"niveau-{topics['gouv']}": "3", "rendre": "1"}
    )
    assert partial.status_code == 409 and "2 sujets sans réponse" in partial.content.decode()
    blind = connecte("acheteur").get(where).content.decode()
    assert "Arrêter le niveau" not in blind, "answers stay blind for who has not handed in"
    assert answer("acheteur", "3", rendre="1").status_code == 302
    seen = director.get(where).content.decode()
    assert "Désaccord" in seen and "2 niveaux d'écart" in seen
    refused = director.post(
        reverse("maturite:transmettre", args=[dossier.pk]),
        {f"motif-{topics['si']}": "Projet en cours.", f"niveau-{topics['si']}": "0"},
    )
    assert refused.status_code == 409 and "Projet en cours." in refused.content.decode(), (
        "nothing typed is lost"
    )
    kept = {
        f"niveau-{topics['gouv']}": "2",
        f"motif-{topics['gouv']}": "Comité installé.",
        f"niveau-{topics['si']}": "1",
    }
    assert director.post(reverse("maturite:transmettre", args=[dossier.pk]), kept).status_code == 302
    # Theme 1: (10 + 10) / 2 at 60 %, theme 2: 0 at 40 %: 6 out of 20.
    assert "Note de 6,0 sur 20, dont 0,0 prouvés" in director.get(where).content.decode()
    weak = reverse("maturite:du_sujet", args=[dossier.pk, topics["si"]])
    director.post(weak)
    assert ActionProgres.objects.get().niveau_vise == 2
    assert "SI achat : atteindre le niveau 2" in page(director, "actions")
    action = ActionProgres.objects.get()
    done = director.post(
        reverse("maturite:action", args=[action.pk]), {"etat": "en_cours", "fonction": "DSI"}
    )
    assert done.status_code == 302 and ActionProgres.objects.get().fonction == "DSI"
    again = director.post(reverse("maturite:corriger", args=[dossier.pk]), {"motif": "Erreur sur un sujet."})
    assert again.status_code == 302
    dossier.refresh_from_db()
    assert dossier.etape == "evaluation"


def test_proofs_are_put_read_and_withdrawn(
    connecte: Connecte, dossier: Dossier, repondre: Callable[..., Evaluateur], tmp_path: Path
) -> None:
    repondre("pharmacien", gouv=2, roles=1, si=1)
    client = connecte("directeur_achats")
    level = NiveauSujet.objects.get(sujet__code="gouv", rang=2)
    prove = reverse("maturite:prouver", args=[dossier.pk, level.pk])
    pdf = SimpleUploadedFile("cr.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    assert client.post(prove, {"libelle": "Compte rendu", "fichier": pdf}).status_code == 302
    program = SimpleUploadedFile("cr.pdf", b"MZ\x90\x00" + bytes(200))
    assert client.post(prove, {"libelle": "Faux", "fichier": program}).status_code == 422
    proof = Preuve.objects.get()
    paper = client.get(reverse("maturite:piece", args=[dossier.pk, proof.pk]))
    assert b"".join(paper.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    gone = client.post(reverse("maturite:retirer_preuve", args=[dossier.pk, proof.pk]), {"motif": "Erreur."})
    assert gone.status_code == 302 and Preuve.objects.get().retiree_le is not None


def test_another_ght_sees_nothing(
    connecte: Connecte,
    dossier: Dossier,
    repondre: Callable[..., Evaluateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    stranger = Client()
    stranger.force_login(utilisateurs_ailleurs["directeur_achats"])
    where = reverse("maturite:dossier", args=[dossier.pk])
    ars = connecte("referent_ars")
    assert stranger.get(where).status_code == ars.get(where).status_code == 404, "not handed in yet"
    repondre("pharmacien", gouv=2, roles=2, si=2)
    evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    assert stranger.get(where).status_code == 404
    assert ars.get(where).status_code == 200
    away = Client()
    away.force_login(utilisateurs_ailleurs["referent_ars"])
    assert away.get(where).status_code == 404
    listed = stranger.get(reverse("maturite:enquete", args=[dossier.campagne.code])).content.decode()
    assert "Réponses que vous suivez" not in listed
