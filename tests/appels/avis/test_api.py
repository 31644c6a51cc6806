"""The same acts by the API: same rights, same sentences, all or none."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from fanal.appels.actions import demandes_avis
from fanal.appels.models import Appel, DemandeAvis
from fanal.campagnes.models import Avis, Dossier
from fanal.campagnes.temps import local_day

pytestmark = pytest.mark.django_db


def post(client: Client, chemin: str, corps: dict[str, Any]) -> Any:
    return client.post(f"/api/v1{chemin}", corps, content_type="application/json")


def test_opinions_are_asked_previewed_and_given(
    appel: Appel, dossier_depose: Dossier, autre_dossier_depose: Dossier, connecte: Any, instant: datetime
) -> None:
    code, dgos, ars = appel.campagne.code, connecte("dgos"), connecte("referent_ars")
    corps = {
        "dossiers": [dossier_depose.pk, autre_dossier_depose.pk],
        "instance": "ars",
        "texte": "{declarant}",
    }
    apercu = post(dgos, f"/appels/{code}/avis-demandes/apercu", corps).json()
    assert apercu["possibles"] == corps["dossiers"]
    assert not DemandeAvis.objects.exists(), "a preview writes nothing"
    assert post(ars, f"/appels/{code}/avis-demandes", corps).status_code in (403, 404)
    faites = post(dgos, f"/appels/{code}/avis-demandes", corps)
    assert faites.status_code == 201
    assert [d["texte"] for d in faites.json()] == [dossier_depose.nom_noeud, autre_dossier_depose.nom_noeud]
    assert post(dgos, f"/appels/{code}/avis-demandes", corps).status_code == 409
    miennes = ars.get("/api/v1/avis-demandes").json()
    assert (miennes["total"], miennes["elements"][0]["dossier"]) == (1, dossier_depose.pk)
    assert miennes["elements"][0]["echeance"] == (local_day(instant) + timedelta(days=30)).isoformat()
    une, ailleurs = miennes["elements"][0]["numero"], faites.json()[1]["numero"]
    assert post(ars, f"/avis-demandes/{ailleurs}/avis", {"sens": "favorable"}).status_code == 404
    assert (
        post(ars, f"/avis-demandes/{une}/avis", {"sens": "defavorable", "texte": "Non."}).status_code == 409
    )
    assert post(ars, f"/avis-demandes/{une}/avis", {"sens": "favorable", "version": 9}).status_code == 409
    rendu = post(ars, f"/avis-demandes/{une}/avis", {"sens": "favorable", "version": 1})
    assert rendu.status_code == 201
    assert (rendu.json()["sens"], rendu.json()["etat"], rendu.json()["avis_version"]) == (
        "favorable",
        "rendu",
        1,
    )
    suivi = dgos.get(f"/api/v1/appels/{code}/avis-demandes").json()
    assert suivi["total"] == 2


def test_a_batch_by_the_api_is_all_or_none(dossier_depose: Dossier, connecte: Any, instant: datetime) -> None:
    (demande,) = demandes_avis.demander_lot(
        dossiers=[dossier_depose], instance="ars", by=None, instant=instant
    )
    ars = connecte("referent_ars")
    lot = {"avis": [{"demande": demande.pk, "sens": "favorable"}, {"demande": 999, "sens": "favorable"}]}
    assert post(ars, "/avis-demandes/avis", lot).status_code == 404
    assert not Avis.objects.exists()
    assert post(ars, "/avis-demandes/avis", {"avis": lot["avis"][:1]}).status_code == 201
    assert connecte("directeur_achats").get("/api/v1/avis-demandes").status_code == 403


def test_instruction_by_the_api(
    creer_appel: Any, deposer: Any, noeud: Any, autre_noeud: Any, connecte: Any
) -> None:
    appel = creer_appel()
    bon, prive = deposer(appel, noeud), deposer(appel, autre_noeud, statut="prive")
    chemin, dgos = f"/appels/{appel.campagne.code}/instruction", connecte("dgos")
    corps = {"dossiers": [bon.pk, prive.pk], "geste": "declarer_recevable"}
    apercu = post(dgos, f"{chemin}/apercu", corps).json()
    assert (sorted(apercu["possibles"]), apercu["motif_exige"]) == ([bon.pk, prive.pk], True)
    assert post(dgos, chemin, corps).status_code == 409
    assert set(Dossier.objects.values_list("etape", flat=True)) == {"depose"}
    faits = post(dgos, chemin, {**corps, "motif": "Délégation."})
    assert (faits.status_code, faits.json()["etape"]) == (200, "recevable")
    assert post(dgos, chemin, {**corps, "dossiers": [bon.pk, 999]}).status_code == 404
    assert post(dgos, chemin, {**corps, "geste": "retenir"}).status_code == 409
