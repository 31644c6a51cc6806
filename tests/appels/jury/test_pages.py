"""Pages of the jury: who comes in, what stays hidden, and the way from naming members to the minutes."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from fanal.appels.actions import jury_interets, jury_seance
from fanal.appels.actions.jury_interets import Declare
from fanal.appels.models import Deliberation, Interet, LectureJury, MembreJury, Seance
from fanal.comptes.models import Utilisateur
from fanal.interface.accueil import taches
from fanal.questionnaires.models import Reponse
from fanal.territoires.models import Ght, Region
from fanal.territoires.noeuds import Noeud
from tests.appels.jury.outils import LE, Jury, rendre, repartir, tout_noter, un_dossier, un_jure, un_jury

CODE = "essai-2026"


@pytest.fixture
def jury(ght: Ght, region: Region) -> Jury:
    """The jury of a regional call."""
    return un_jury(ght, noeud=Noeud("region", region))


def client_de(user: Utilisateur) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ars(connecte: Callable[[str], Client]) -> Client:
    return connecte("referent_ars")


def text(answer) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", answer.content.decode())


def test_from_members_to_minutes_by_the_pages(ars: Client, jury: Jury, region: Region) -> None:
    nouveau = un_jure("Lecteur M4", Noeud("region", region))
    base = f"/appels/jury/{CODE}/"
    page = ars.get(f"{base}composition/")
    assert "3 membres siègent, 0 intérêt est déclaré" in text(page)
    assert ars.post(f"{base}composition/", {"utilisateur": nouveau.pk}).status_code == 302
    # The new member declares before anything opens.
    lui = client_de(nouveau)
    assert lui.get(base).url == f"{base}interets/"  # type: ignore[attr-defined]
    bad = lui.post(f"{base}interets/", {"nature": "emploi"})
    assert bad.status_code == 422
    assert "une seule chose" in text(bad)
    bad = lui.post(f"{base}interets/", {"nature": "emploi", "finess": "999999999"})
    assert "Aucun établissement n'a le numéro FINESS" in text(bad).replace("&#x27;", "'")
    assert lui.post(f"{base}interets/", {"aucun": "1"}).status_code == 302
    # Dealing: preview, then as shown.
    page = text(ars.get(f"{base}repartition/"))
    assert "6 lectures seraient confiées à 4 membres ; chacun en aurait 1 à 2 en tout." in page
    empreinte = re.search(r'name="empreinte" value="(\w+)"', page)
    assert empreinte is not None
    old = ars.post(f"{base}repartition/", {"graine": CODE, "empreinte": "0"}, follow=True)
    assert "a changé depuis l" in text(old)
    done = ars.post(f"{base}repartition/", {"graine": CODE, "empreinte": empreinte[1]}, follow=True)
    assert "6 lectures sont confiées" in text(done)
    # Reading: a draft, a refusal that keeps what was typed, then handed in.
    for lecture in LectureJury.objects.select_related("membre__utilisateur"):
        reader = client_de(lecture.membre.utilisateur)
        url = f"/appels/jury/lectures/{lecture.pk}/"
        typed = {"note-0": "4", "note-1": "3", "note-2": "8", "commentaire": "", "revision": "0"}
        assert reader.post(url, {**typed, "note-2": "", "geste": "brouillon"}).status_code == 302
        refused = reader.post(url, {**typed, "revision": "1", "geste": "rendre"})
        assert (refused.status_code, "Un commentaire est attendu" in text(refused)) == (422, True)
        full = {**typed, "commentaire": "Projet solide, bien préparé.", "revision": "2", "geste": "rendre"}
        assert reader.post(url, full).status_code == 302
        assert "Rendue le" in text(reader.get(url))
    assert "Lectures rendues" in text(ars.get(f"{base}conduite/"))
    # Sitting.
    membres = MembreJury.objects.filter(appel=jury.appel)
    opened = ars.post(f"{base}seances/ouvrir/", {"jour": "2026-11-02", "presents": [m.pk for m in membres]})
    assert opened.status_code == 302
    seance = Seance.objects.get()
    for dossier in jury.dossiers:
        url = f"/appels/jury/seances/{seance.pk}/dossiers/{dossier.pk}/"
        assert ars.post(url, {"proposition": "retenir", "note": "90,5", "vue": ""}).status_code == 422
        assert ars.post(url, {"proposition": "retenir", "vue": ""}).status_code == 302
    assert "3 dossiers délibérés sur 3" in text(ars.get(f"/appels/jury/seances/{seance.pk}/"))
    assert ars.post(f"/appels/jury/seances/{seance.pk}/clore/", {"observations": ""}).status_code == 302
    minutes = ars.get(f"/appels/jury/seances/{seance.pk}/proces-verbal.pdf")
    assert b"".join(minutes).startswith(b"%PDF")
    assert "3 dossiers classés" in text(ars.get(f"{base}classement/"))
    xlsx = ars.get(f"{base}notation/?notation.export=xlsx")
    assert xlsx.content.startswith(b"PK")
    for page in ("conduite", "notation", "classement", "composition", "repartition"):
        assert ars.get(f"{base}{page}/").status_code == 200
    assert ars.get(f"{base}dossiers/{jury.dossiers[0].pk}/").status_code == 200


def test_the_organiser_only_runs_the_jury(connecte: Callable[[str], Client], jury: Jury) -> None:
    repartir(jury)
    places = ["conduite", "composition", "repartition", "notation", "classement", "seances/ouvrir"]
    for role in ("omedit", "anap", "jure", "expert", "directeur_achats", "lecteur"):
        client = connecte(role)
        for place in places:
            assert client.get(f"/appels/jury/{CODE}/{place}/").status_code in {403, 404}, (role, place)
    assert connecte("jure").get(f"/appels/jury/{CODE}/").status_code == 404  # a juror, not of this jury


def test_another_territory_sees_nothing(jury: Jury, utilisateurs_ailleurs: dict[str, Utilisateur]) -> None:
    repartir(jury)
    client = client_de(utilisateurs_ailleurs["referent_ars"])
    lecture = LectureJury.objects.first()
    assert lecture is not None
    for url in (
        f"/appels/jury/{CODE}/conduite/",
        f"/appels/jury/{CODE}/dossiers/{lecture.dossier_id}/",
        f"/appels/jury/lectures/{lecture.pk}/",
        f"/appels/jury/membres/{jury.membres[0].pk}/retirer/",
    ):
        assert client.get(url).status_code == 404, url


def links(page: str) -> list[str]:
    return [u.replace("&amp;", "&") for u in re.findall(r'(?:href|hx-get)="(/[^"#]*)"', page)]


def walk(client: Client, start: list[str], prefix: str = "/appels/") -> Iterator[tuple[str, str]]:
    """Every page reached from *start* by links, under *prefix*."""
    todo, seen = list(start), set()
    while todo:
        url = todo.pop()
        if url in seen or ".export=" in url or not url.startswith(prefix) or len(seen) > 150:
            continue
        seen.add(url)
        answer = client.get(url)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        page = answer.content.decode()
        yield url, page
        todo += links(page)


def test_blindness_walks_what_a_juror_can_reach(jury: Jury) -> None:
    """Before all is handed in, no page that a reader reaches holds another's score, comment or name, nor a
    declarant that is not entrusted to them."""
    repartir(jury)
    for rang, dossier in enumerate(jury.dossiers):
        Reponse.objects.filter(version=dossier.version_courante).update(
            reponses={"titre": f"Secret-du-projet-{rang}"}
        )
    for lecture in LectureJury.objects.filter(rang=1):
        rendre(lecture, 3, 1, 9, commentaire=f"Marque-du-lecteur-{lecture.membre_id} bien argumentée.")
    for membre in jury.membres:
        client = client_de(membre.utilisateur)
        pages = dict(walk(client, ["/appels/jury/", f"/appels/jury/{CODE}/", "/appels/mes-dossiers/"]))
        assert f"/appels/jury/{CODE}/" in pages
        everything = " ".join(pages.values())
        siennes = LectureJury.objects.filter(membre=membre)
        entrusted = {lec.dossier_id for lec in siennes}
        for rang, dossier in enumerate(jury.dossiers):
            shown = f"Secret-du-projet-{rang}" in everything
            assert shown == (dossier.pk in entrusted), (membre.pk, rang)
        for autre in jury.membres:
            if autre.pk != membre.pk:
                assert f"Marque-du-lecteur-{autre.pk} " not in everything
                assert str(autre.utilisateur) not in everything
        # 3/5, 1/4, 9/10 weigh 53.333: only on the page of who scored it.
        scored = siennes.filter(rendue_le__isnull=False).exists()
        assert ("53,333" in everything) == scored


def test_once_all_are_in_readers_see_scores_but_no_names(jury: Jury) -> None:
    repartir(jury)
    tout_noter(jury, {0: [(5, 4, 10), (0, 0, 0)]})
    [first, second] = jury.lectures(jury.dossiers[0])
    page = text(client_de(first.membre.utilisateur).get(f"/appels/jury/lectures/{first.pk}/"))
    assert "Lecture 2 : 0 sur 100" in page
    assert "Écart à discuter" in page
    assert str(second.membre.utilisateur) not in page


def test_applicants_never_read_who_read_them(jury: Jury, connecte: Callable[[str], Client]) -> None:
    repartir(jury)
    tout_noter(jury)
    for role in ("directeur_achats", "pharmacien", "controleur_gestion"):
        client = connecte(role)
        pages = dict(walk(client, [f"/appels/dossiers/{jury.dossiers[0].pk}/", f"/appels/{CODE}/"]))
        assert f"/appels/dossiers/{jury.dossiers[0].pk}/" in pages
        everything = " ".join(pages.values())
        for membre in jury.membres:
            assert str(membre.utilisateur) not in everything
        assert "78,333" not in everything
        assert f"/appels/jury/{CODE}" not in everything


def test_a_withdrawn_dossier_answers_404_everywhere(jury: Jury) -> None:
    repartir(jury)
    tout_noter(jury)
    lecture = jury.lectures(jury.dossiers[0])[0]
    client = client_de(lecture.membre.utilisateur)
    url = f"/appels/jury/lectures/{lecture.pk}/"
    assert client.get(url).status_code == 200
    done = client.post(f"{url}interet/", {"nature": "travaux"}, follow=True)
    assert "ne vous est plus confié" in text(done)
    assert Interet.objects.get().dossier == jury.dossiers[0]
    for gone in (url, f"{url}interet/", f"/appels/jury/dossiers/{jury.dossiers[0].pk}/"):
        assert client.get(gone).status_code == 404
    assert client.post(url, {"geste": "rendre"}).status_code == 404
    for dossier in jury.dossiers:
        for lec in jury.lectures(dossier):
            if lec.rendue_le is None:
                rendre(lec, 4, 3, 8)
    seance = jury_seance.ouvrir(
        appel=jury.appel, jour=LE.date(), lieu="", presents=jury.membres, by=None, instant=LE
    )
    # In the room, the other dossiers open, with their scores; this one does not, not even its name.
    nommes = {d.pk: f"dossiers/{d.pk}/" for d in jury.dossiers}
    page = text(client.get(f"/appels/jury/seances/{seance.pk}/"))
    assert nommes[jury.dossiers[0].pk] not in page
    assert nommes[jury.dossiers[1].pk] in page
    assert client.get(f"/appels/jury/dossiers/{jury.dossiers[0].pk}/").status_code == 404
    assert "Moyenne 78,333" in text(client.get(f"/appels/jury/dossiers/{jury.dossiers[1].pk}/"))
    for place in range(3):
        jury_seance.deliberer(
            seance=seance, dossier=jury.dossiers[place], proposition="retenir", by=None, instant=LE
        )
    jury_seance.clore(seance=seance, by=None, instant=LE)
    deporte, autre = lecture.membre, next(m for m in jury.membres if m.pk != lecture.membre_id)
    minutes = f"/appels/jury/seances/{seance.pk}/proces-verbal.pdf"
    assert Deliberation.objects.filter(deportes=deporte).count() == 1
    assert client.get(minutes).status_code in {403, 404}
    assert client_de(autre.utilisateur).get(minutes).status_code == 200
    assert client_de(autre.utilisateur).get(f"/appels/jury/seances/{seance.pk}/").status_code in {403, 404}


def test_home_tells_a_juror_what_to_do(jury: Jury, region: Region) -> None:
    nouveau = un_jure("Lecteur M5", Noeud("region", region))
    MembreJury.objects.create(appel=jury.appel, utilisateur=nouveau, nomme_le=LE)
    titres = [t.titre for tous in taches(nouveau, LE.date()).values() for t in tous]
    assert "Déclarer mes intérêts : Appel d'essai 2026" in titres
    repartir(jury)
    reader = jury.membres[0].utilisateur
    dites = {t.titre: t.phrase for tous in taches(reader, LE.date()).values() for t in tous}
    assert dites["Lire et noter : Appel d'essai 2026"] == "2 lectures à rendre."


def test_the_panel_of_a_dossier_is_the_organisers(
    ars: Client, jury: Jury, connecte: Callable[[str], Client]
) -> None:
    repartir(jury)
    tout_noter(jury)
    url = f"/appels/dossiers/{jury.dossiers[0].pk}/"
    assert "volet-jury" in text(ars.get(url))
    for role in ("omedit", "directeur_achats"):
        assert "volet-jury" not in text(connecte(role).get(url))


def test_a_juror_whose_role_ends_comes_in_no_more(jury: Jury) -> None:
    repartir(jury)
    lecture = jury.lectures(jury.dossiers[0])[0]
    user = lecture.membre.utilisateur
    user.affectations.update(role="lecteur")
    assert client_de(user).get(f"/appels/jury/lectures/{lecture.pk}/").status_code == 404
    assert client_de(user).get("/appels/jury/").status_code == 403


def test_a_new_dossier_named_by_a_supplier_never_shows(jury: Jury, ght: Ght) -> None:
    membre = jury.membres[0]
    jury_interets.declarer(
        membre=membre,
        interets=[Declare("financier", fournisseur="Robotique Alpha")],
        by=membre.utilisateur,
        instant=LE,
    )
    nouveau = un_dossier(jury.appel, Noeud("ght", ght), "PX", fournisseur="f1")
    given = LectureJury.objects.create(dossier=nouveau, membre=membre, confiee_le=LE)
    assert client_de(membre.utilisateur).get(f"/appels/jury/lectures/{given.pk}/").status_code == 404
