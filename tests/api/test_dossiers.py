"""A whole campaign through the API: deposited, sent, asked about, answered, decided, published."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from fanal.achats.models import Action
from fanal.campagnes.models import Campagne, Decision, Dossier, Observation, Publication
from tests.api.conftest import Appelant

pytestmark = pytest.mark.django_db
Appel = Callable[[str], Appelant]


def cross(caller: Appelant, dossier: Dossier, *transitions: str) -> None:
    for transition in transitions:
        caller.envoyer(f"/dossiers/{dossier.pk}/transitions", {"transition": transition})


def test_reading_a_dossier(appelant: Appel, dossier: Dossier) -> None:
    caller = appelant("pharmacien")
    assert [d["numero"] for d in caller.lire("/dossiers", ght="BFC-90")["elements"]] == [dossier.pk]
    assert caller.lire("/dossiers", region="BRE")["elements"] == []
    one = caller.lire(f"/dossiers/{dossier.pk}")
    assert (one["code"], one["etape"], one["version"], one["lignes"]) == ("BFC-90", "brouillon", 1, 3)
    passage = next(p for p in one["passages"] if p["transition"] == "valider")
    assert not passage["possible"] and "Directeur achats" in passage["phrase"]
    lines = caller.lire(f"/dossiers/{dossier.pk}/lignes", taille=2, page=2)
    assert (lines["total"], lines["pages"], len(lines["elements"])) == (3, 2, 1)
    line = lines["elements"][0]
    assert (line["cle"], line["ligne"], line["montant_declare"]) == ("A-004", 5, "5004.00")
    assert line["valeurs"]["date_premiere_commande"] == "2021-03-15"
    remarks = caller.lire(f"/dossiers/{dossier.pk}/anomalies", gravite="refus")["elements"]
    assert [(r["ligne"], r["regle"]) for r in remarks] == [(3, "type")]
    controls = caller.lire(f"/dossiers/{dossier.pk}/controles")["elements"]
    assert "performance_sup_borne" in {c["code"] for c in controls if c["cle"] == "A-003"}
    (version,) = caller.lire(f"/dossiers/{dossier.pk}/versions")
    assert (version["fichier"], version["lues"], version["courante"]) == ("trame.xlsx", 4, True)
    assert caller.lire(f"/dossiers/{dossier.pk}/differences")["ajoutees"] == 3
    assert caller.lire(f"/dossiers/{dossier.pk}/journal")["elements"][0]["action"] == "dossier.version"
    assert "version 9" in caller.lire(f"/dossiers/{dossier.pk}/lignes", 404, version=9)["phrase"]


def test_a_correction_shows_what_it_changed(appelant: Appel, dossier: Dossier) -> None:
    caller = appelant("acheteur")
    line = {
        "identifiant": "A-001",
        "finess": "210000001",
        "role": "support",
        "intitule": "Action 1",
        "operateur": "GHT",
    }
    body = {"format": "paat", "annee": 2021, "ght": "BFC-90", "lignes": [line]}
    assert caller.envoyer("/depots/lignes", body, 201)["version"] == 2
    change = caller.lire(f"/dossiers/{dossier.pk}/differences")
    assert (change["de"], change["a"], change["modifiees"], change["retirees"]) == (1, 2, 1, 2)
    assert {"champ": "gain_annuel_ttc", "avant": "5001.00", "apres": None}.items() <= next(
        e for e in change["ecarts"] if e["champ"] == "gain_annuel_ttc"
    ).items()
    back = caller.lire(f"/dossiers/{dossier.pk}/differences", de=2, a=1)
    assert back["ajoutees"] == 2


def test_the_whole_path(appelant: Appel, dossier: Dossier, campagne: Campagne) -> None:
    ght, ars, dgos = appelant("directeur_achats"), appelant("referent_ars"), appelant("dgos")
    cross(ght, dossier, "valider", "transmettre")
    given = ars.envoyer(f"/dossiers/{dossier.pk}/avis", {"sens": "reserve", "texte": "Une ligne."}, 201)
    assert (given["niveau"], given["version"]) == ("region", 1)
    assert ght.lire(f"/dossiers/{dossier.pk}/avis") == [given]
    assert "raisons" in ars.envoyer(f"/dossiers/{dossier.pk}/avis", {"sens": "reserve"}, 409)["phrase"]
    cross(dgos, dossier, "controler")
    decide = {"choix": [{"cle": "A-003", "sens": "retire", "motif": "Hors plan."}]}
    refused = dgos.envoyer(f"/dossiers/{dossier.pk}/decisions", decide, 409)["phrase"]
    assert "observations" in refused and not Decision.objects.exists()
    demandes = {"demandes": {"A-003": "Pourquoi ?", "A-004": "Combien ?"}}
    asked = dgos.envoyer(f"/dossiers/{dossier.pk}/observations", demandes, 201)
    replies = [f"/dossiers/{dossier.pk}/observations/{o['numero']}/reponse" for o in asked]
    assert ght.envoyer(replies[0], {"reponse": "Erreur de saisie."})["repondu_le"]
    assert ght.envoyer(replies[0], {"reponse": "Encore."}, 409)["phrase"]
    ght.envoyer(replies[1], {"reponse": "Cinq mille."})
    lot = [
        {"dossier": dossier.pk, "cle": "A-001", "sens": "retenu"},
        {"dossier": dossier.pk, "cle": "A-003", "sens": "retire", "motif": "Hors plan."},
        {"dossier": dossier.pk, "cle": "A-004", "sens": "moindre", "montant": 9999, "motif": "Trop."},
    ]
    preview = dgos.envoyer("/decisions/apercu", {"choix": lot})
    assert [e["cle"] for e in preview["effets"]] == ["A-001", "A-003"]
    assert [r["cle"] for r in preview["refus"]] == ["A-004"]
    assert not Decision.objects.exists()
    dgos.envoyer("/decisions", {"choix": lot}, 409)
    assert not Decision.objects.exists(), "all or none"
    lot[2]["montant"] = "5000.00"
    assert len(dgos.envoyer("/decisions", {"choix": lot})["decisions"]) == 3
    kept = {d["cle"]: d["montant"] for d in ght.lire(f"/dossiers/{dossier.pk}/decisions")}
    assert kept == {"A-001": None, "A-003": None, "A-004": "5000.00"}
    decided = ght.lire(f"/dossiers/{dossier.pk}/lignes")["elements"]
    assert [x["decision"]["sens"] for x in decided] == ["retenu", "retire", "moindre"]
    path = f"/campagnes/{campagne.code}/publications"
    assert dgos.envoyer(path, {}, 409)["phrase"]
    cross(dgos, dossier, "arreter")
    published = dgos.envoyer(path, {}, 201)
    assert ght.lire("/publications")["elements"] == [published]
    whole = dgos.lire(f"/publications/{published['numero']}")
    assert whole["intacte"] and whole["complet"]
    live = dgos.lire("/performance", annee=2021)
    assert {k: whole["resultats"][k] for k in live} == live
    assert Publication.objects.count() == 1


def test_a_publication_shows_each_its_own(
    appelant: Appel, ailleurs: Appel, dossier: Dossier, campagne: Campagne
) -> None:
    dgos = appelant("dgos")
    cross(appelant("directeur_achats"), dossier, "valider", "transmettre")
    cross(dgos, dossier, "controler")
    choices = [{"cle": a.cle, "sens": "retenu"} for a in Action.objects.all()]
    dgos.envoyer(f"/dossiers/{dossier.pk}/decisions", {"choix": choices})
    cross(dgos, dossier, "arreter")
    number = dgos.envoyer(f"/campagnes/{campagne.code}/publications", {}, 201)["numero"]
    again = dgos.envoyer(f"/campagnes/{campagne.code}/publications", {"motif": "Relue."}, 201)["numero"]
    mine = appelant("pharmacien").lire(f"/publications/{number}")
    other = ailleurs("pharmacien").lire(f"/publications/{number}")
    assert mine["resultats"]["gains_declares"] == other["resultats"]["gains_declares"]
    assert other["resultats"]["par_region"] == mine["resultats"]["par_region"]
    assert len(mine["resultats"]["lignes"]["valeurs"]) == 3 and len(mine["dossiers"]) == 1
    assert (other["resultats"]["lignes"]["valeurs"], other["dossiers"], other["complet"]) == ([], [], False)
    assert [r["code"] for r in other["resultats"]["par_ght"]] == ["BRE-90"]
    assert {r["code"] for r in other["resultats"]["par_etablissement"]} <= {"350000001", "350000002"}
    reader = appelant("lecteur").lire(f"/publications/{number}")
    assert [r["code"] for r in reader["resultats"]["par_ght"]] == ["BFC-90"]
    assert reader["resultats"]["lignes"]["valeurs"] == [] and reader["dossiers"] == [], "results, no lines"
    assert "A-001" not in str(other) and "BFC-90" not in str(other)
    path = f"/publications/{number}/comparaison/{again}"
    assert dgos.lire(path)["total"] == 0


def test_a_comparison_says_what_changed_and_to_whom(
    appelant: Appel, ailleurs: Appel, campagne: Campagne
) -> None:
    now = timezone.now()
    for rank, gains in ((1, "10.00"), (2, "12.00")):
        Publication.objects.create(
            campagne=campagne,
            numero=rank,
            publiee_le=now + timedelta(seconds=rank),
            instantane={
                "resultats": {
                    "gains_retenus": gains,
                    "par_ght": [{"code": "BFC-90", "gains_retenus": gains}],
                },
                "dossiers": [],
            },
            empreinte=str(rank) * 64,
            journal_numero=0,
            journal_empreinte="",
        )
    one, two = Publication.objects.order_by("numero").values_list("pk", flat=True)
    seen = appelant("dgos").lire(f"/publications/{one}/comparaison/{two}")["elements"]
    assert [d["chemin"] for d in seen] == ["gains_retenus", "par_ght[BFC-90].gains_retenus"]
    seen = ailleurs("pharmacien").lire(f"/publications/{one}/comparaison/{two}")["elements"]
    assert seen == [{"chemin": "gains_retenus", "avant": "10.00", "apres": "12.00"}]


def test_elsewhere_nothing_exists(appelant: Appel, ailleurs: Appel, dossier: Dossier) -> None:
    observation = Observation.objects.create(
        dossier=dossier,
        version=dossier.version_courante,  # type: ignore[misc]
        demande="?",
        demandee_le=timezone.now(),
        echeance=timezone.localdate(),
    )
    caller = ailleurs("directeur_achats")
    assert caller.lire("/dossiers")["total"] == 0
    for end in ("", "/lignes", "/anomalies", "/controles", "/versions", "/differences", "/journal", "/avis"):
        caller.lire(f"/dossiers/{dossier.pk}{end}", 404)
    caller.envoyer(f"/dossiers/{dossier.pk}/transitions", {"transition": "valider"}, 404)
    caller.envoyer(f"/dossiers/{dossier.pk}/observations/{observation.pk}/reponse", {"reponse": "Non."}, 404)
    lot = {"choix": [{"dossier": dossier.pk, "cle": "A-001", "sens": "retenu"}]}
    caller.envoyer("/decisions/apercu", lot, 404)
    appelant("directeur_achats").envoyer("/decisions/apercu", lot, 403)
    appelant("lecteur").lire(f"/dossiers/{dossier.pk}", 403)
