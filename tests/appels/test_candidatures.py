"""Answering a call: from the draft to the receipt, with the decision table at each step."""

from fanal.campagnes.models import Dossier


def test_a_dossier_is_handed_in(dossier_depose: Dossier) -> None:
    assert dossier_depose.etape == "depose"
    assert dossier_depose.version_courante is not None
    assert dossier_depose.version_courante.reponse.reponses["titre"] == "Projet d'essai"
    verdicts = {c.code: c.verdict for c in dossier_depose.version_courante.constats.all()}
    assert verdicts == {"statut": "oui", "demande": "oui", "delai": "oui", "avis_ars": "non"}


def test_pages(connecte, client, appel, dossier_depose, autre_dossier_depose) -> None:
    for url in ("/appels/", f"/appels/{appel.campagne.code}/", f"/appels/{appel.campagne.code}/formulaire/"):
        assert client.get(url).status_code == 200, url
        assert connecte("pharmacien").get(url).status_code == 200, url
    c = connecte("directeur_achats")
    for url in ("/appels/mes-dossiers/", f"/appels/dossiers/{dossier_depose.pk}/", "/"):
        assert c.get(url).status_code == 200, url
    assert c.get(f"/appels/dossiers/{autre_dossier_depose.pk}/").status_code == 404
