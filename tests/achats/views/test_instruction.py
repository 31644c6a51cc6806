"""The control queue and what is decided from it: what pages show, to whom, and what they write."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fanal.achats.models import Action
from fanal.campagnes.actions import observations
from fanal.campagnes.models import Decision, Dossier, Observation
from tests.campagnes.web.lecture import dit

Connecte = Callable[[str], Client]
FILE = reverse("achats:controle")
MOTIF = "Le gain dépasse le montant de référence."


def action(identifiant: str) -> Action:
    return Action.objects.get(identifiant=identifiant)


def choose(sens: str, *identifiants: str) -> str:
    lines = "&".join(f"ligne={action(i).pk}" for i in identifiants)
    return f"{reverse('achats:decision')}?portee=cochees&{lines}&sens={sens}"


def everything(sens: str, **filtres: str) -> str:
    extra = "".join(f"&{k}={v}" for k, v in filtres.items())
    return f"{reverse('achats:decision')}?portee=tout&annee=2021&sens={sens}{extra}"


def confirm(client: Client, adresse: str, **donnees: str) -> str:
    """Preview, then confirm what the preview said; the page that follows."""
    preview = dit(client.post(adresse, {"etape": "apercu", **donnees}))
    proof = re.search(r'name="empreinte" value="(\w+)"', preview)
    assert proof, preview
    return dit(client.post(adresse, {"etape": "confirmer", "empreinte": proof[1], **donnees}, follow=True))


def ask(dossier: Dossier, *cles: str, days_ago: int = 40) -> None:
    """Ask about lines, long enough ago for the delay to have passed."""
    past = timezone.now() - timedelta(days=days_ago)
    observations.demander(dossier=dossier, demandes=dict.fromkeys(cles, "Précisez."), by=None, instant=past)


def test_the_riskiest_line_comes_first(connecte: Connecte, en_controle: Dossier) -> None:
    html = dit(connecte("dgos").get(FILE, {"annee": 2021}))
    assert "3 lignes à décider" in html
    assert html.index("Antinéoplasiques") < html.index("Antibiotiques")
    assert "Performance supérieure ou égale à 100% - Calcul erroné" in html


def test_the_sort_of_the_queue_can_be_turned(connecte: Connecte, en_controle: Dossier) -> None:
    html = dit(connecte("dgos").get(FILE, {"annee": 2021, "file.tri": "gain_annuel_ttc"}))
    assert html.index("Moniteurs") < html.index("Antibiotiques") < html.index("Antinéoplasiques")


def test_filters_stand_in_the_address(connecte: Connecte, en_controle: Dossier) -> None:
    client = connecte("dgos")
    for filtre, vu, absent in [
        ({"famille": "Biomédical"}, "Moniteurs", "Antinéoplasiques"),
        ({"operateur": "NATIONAL"}, "Antibiotiques", "Moniteurs"),
        ({"code": "performance_sup_100"}, "Antinéoplasiques", "Antibiotiques"),
        ({"bloquant": "on"}, "Antinéoplasiques", "Antibiotiques"),
        ({"q": "monit"}, "Moniteurs", "Antibiotiques"),
        ({"territoire": "ght:BFC-90"}, "Moniteurs", "Aucune ligne n'attend"),
    ]:
        html = dit(client.get(FILE, {"annee": 2021, **filtre}))
        assert vu in html, filtre
        assert absent not in html, filtre
    assert "Aucune ligne" in dit(client.get(FILE, {"annee": 2021, "etat": "retire"}))


def test_a_trame_not_handed_in_is_not_in_the_queue(connecte: Connecte, campagne_2021: object) -> None:
    html = dit(connecte("dgos").get(FILE, {"annee": 2021}))
    assert "Antibiotiques" not in html
    assert "1 trame déposée ne l'est pas encore à l'ARS" in html


def test_the_agency_sees_its_lines_and_decides_nothing(connecte: Connecte, en_controle: Dossier) -> None:
    client = connecte("referent_ars")
    html = dit(client.get(FILE, {"annee": 2021}))
    assert "Antinéoplasiques" in html
    assert "la décision revient à la DGOS" in html
    assert 'name="ligne"' not in html
    assert client.get(choose("retenu", "A1")).status_code == 403
    assert client.post(choose("retenu", "A1"), {"etape": "confirmer"}).status_code == 403
    assert not Decision.objects.exists()


def test_a_ght_has_no_queue(connecte: Connecte, en_controle: Dossier) -> None:
    assert connecte("directeur_achats").get(FILE, {"annee": 2021}).status_code == 403


def test_another_territory_does_not_exist(
    ailleurs: Callable[[str], Client], connecte: Connecte, en_controle: Dossier
) -> None:
    client = ailleurs("referent_ars")
    assert client.get(reverse("achats:examen", args=[action("A2").pk])).status_code == 404
    assert client.get(FILE, {"annee": 2021, "territoire": "region:BFC"}).status_code == 404
    assert "Antinéoplasiques" not in dit(client.get(FILE, {"annee": 2021}))


def test_a_line_opens_on_why(connecte: Connecte, en_controle: Dossier) -> None:
    html = dit(connecte("dgos").get(reverse("achats:examen", args=[action("A2").pk])))
    assert "data-detail" in html
    assert "La performance est de 332,4\u00a0%" in html
    assert "215\u202f128,00" in html  # the reference, had it been keyed at the new price
    assert "76,9" in html
    assert "le GHT n'a pas été invité à présenter ses observations" in html  # beside « Ne pas retenir »


def test_a_disabled_button_says_until_when(connecte: Connecte, en_controle: Dossier) -> None:
    ask(en_controle, "A2", days_ago=2)
    html = dit(connecte("dgos").get(reverse("achats:examen", args=[action("A2").pk])))
    due = Observation.objects.get().echeance
    assert f"le GHT a jusqu'au {due:%d/%m/%Y} pour répondre" in html


def test_withdrawing_before_the_reply_is_refused_in_the_preview(
    connecte: Connecte, en_controle: Dossier
) -> None:
    client = connecte("dgos")
    html = dit(client.post(choose("retire", "A2"), {"etape": "apercu", "motif": MOTIF}))
    assert "n'a pas été invité" in html
    assert 'value="confirmer"' not in html
    client.post(choose("retire", "A2"), {"etape": "confirmer", "motif": MOTIF, "empreinte": "x"})
    assert not Decision.objects.exists()


def test_previewing_writes_nothing_then_confirming_decides(connecte: Connecte, en_controle: Dossier) -> None:
    ask(en_controle, "A2")
    client, adresse = connecte("dgos"), choose("retire", "A2", "A3")
    html = dit(client.post(adresse, {"etape": "apercu", "motif": MOTIF, "commentaire": "controle"}))
    assert "1 ligne de 1 GHT sera retirée : 165\u202f381\u00a0€ déclarés" in html
    assert "1 ligne ne peut pas l'être" in html
    assert not Decision.objects.exists()
    after = confirm(client, adresse, motif=MOTIF, commentaire="controle")
    assert "1 ligne est retirée" in after
    taken = Decision.objects.get()
    assert (taken.cle, taken.sens, taken.motif) == ("A2", "retire", MOTIF)
    assert taken.commentaire == "Performance supérieure ou égale à 100% - Calcul erroné"


def test_a_reason_is_asked(connecte: Connecte, en_controle: Dossier) -> None:
    reponse = connecte("dgos").post(choose("retire", "A2"), {"etape": "apercu"})
    assert reponse.status_code == 422
    assert "Indiquez le motif" in dit(reponse)


def test_what_changed_since_the_preview_is_shown_again(connecte: Connecte, en_controle: Dossier) -> None:
    client, adresse = connecte("dgos"), choose("retenu", "A1")
    html = dit(client.post(adresse, {"etape": "confirmer", "empreinte": "une autre"}))
    assert "Des lignes ont changé depuis l'aperçu" in html
    assert not Decision.objects.exists()


def test_keeping_all_the_lines_without_remark(connecte: Connecte, en_controle: Dossier) -> None:
    client = connecte("dgos")
    assert "sans remarque" in dit(client.get(FILE, {"annee": 2021}))
    without = everything("retenu", code="aucune", etat="a_decider")
    reponse = client.get(without)
    if reponse.status_code == 404:  # every line of this trame carries a remark
        assert "Aucune ligne n'est choisie" in dit(reponse)
    after = confirm(client, everything("retenu", etat="a_decider"))
    assert "3 lignes sont retenues" in after
    assert set(Decision.objects.values_list("sens", flat=True)) == {"retenu"}
    assert "Aucune ligne n'attend de décision" in dit(client.get(FILE, {"annee": 2021}))


def test_a_lesser_amount(connecte: Connecte, en_controle: Dossier) -> None:
    ask(en_controle, "A2")
    client, adresse = connecte("dgos"), choose("moindre", "A2")
    trop = dit(client.post(adresse, {"etape": "apercu", "motif": MOTIF, "montant": "200 000"}))
    assert "doit rester entre zéro" in trop
    faux = client.post(adresse, {"etape": "apercu", "motif": MOTIF, "montant": "douze"})
    assert "« douze » n'est pas un montant" in dit(faux)
    confirm(client, adresse, motif=MOTIF, montant="12 000,50 €")
    assert Decision.objects.get().montant == Decimal("12000.50")


def test_the_amount_of_prices_and_quantity_is_proposed(connecte: Connecte, en_controle: Dossier) -> None:
    line = action("A2")
    line.prix_reference_ttc, line.prix_nouveau_ttc, line.quantite_reference = 10, 8, 1000
    line.save()
    ask(en_controle, "A2", "A3")
    client = connecte("dgos")
    assert 'value="2000,00"' in dit(client.get(choose("moindre", "A2")))
    html = dit(client.post(choose("moindre", "A2", "A3"), {"etape": "apercu", "motif": MOTIF}))
    assert "2\u202f000,00" in html
    assert "ne sont pas tous connus" in html  # A3 has no price


def test_asking_for_observations_opens_the_reply(connecte: Connecte, en_controle: Dossier) -> None:
    client, adresse = connecte("dgos"), choose("observations", "A2", "A3")
    assert "Demander des observations sur 2 lignes" in dit(client.get(adresse))
    soon = (timezone.localdate() + timedelta(days=20)).isoformat()
    wanted = {"texte": "Précisez le calcul.", "joindre": "on", "echeance": soon}
    assert "À demander sur 2 lignes de 1 GHT" in dit(client.post(adresse, {"etape": "apercu", **wanted}))
    assert not Observation.objects.exists()
    assert "Observations demandées sur 2 lignes" in dit(
        client.post(adresse, {"etape": "confirmer", **wanted}, follow=True)
    )
    asked = {o.cle: o.demande for o in Observation.objects.all()}
    assert asked["A2"].startswith("Précisez le calcul.")
    assert "332,4\u00a0%" in asked["A2"]
    en_controle.refresh_from_db()
    assert en_controle.etape == "observations"
    again = dit(client.post(adresse, {"etape": "apercu", **wanted}))
    assert "attend déjà une réponse" in again
    assert 'value="confirmer"' not in again


def test_a_due_day_that_has_passed_is_refused(connecte: Connecte, en_controle: Dossier) -> None:
    reponse = connecte("dgos").post(
        choose("observations", "A2"), {"etape": "apercu", "texte": "?", "echeance": "2022-01-01"}
    )
    assert reponse.status_code == 422
    assert "ne laisse pas de temps pour répondre" in dit(reponse)


def test_nothing_chosen_says_so(connecte: Connecte, en_controle: Dossier) -> None:
    client = connecte("dgos")
    for query in ("", "?portee=cochees", "?ligne=abc", "?ligne=99999999999999999999"):
        reponse = client.get(f"{reverse('achats:decision')}{query}")
        assert reponse.status_code == 404
        assert "Aucune ligne n'est choisie" in dit(reponse)


def test_home_tells_the_ministry(connecte: Connecte, en_controle: Dossier) -> None:
    html = dit(connecte("dgos").get("/"))
    assert "3 lignes en contrôle" in html
    ask(en_controle, "A2")
    assert "1 demande est restée sans réponse" in dit(connecte("dgos").get("/"))
