"""Readings handed in, sittings, ranking: what is refused, what is computed, what stays once closed."""

from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from fanal.appels.actions import jury_interets, jury_lectures, jury_seance
from fanal.appels.actions.jury_interets import Declare
from fanal.appels.models import Deliberation, LectureJury, Seance
from fanal.appels.queries.jury import a_revoir, classement, profils_des_lecteurs, situation_de, situations
from fanal.appels.queries.jury_seance import points
from fanal.journal.models import Entree
from fanal.journal.queries import verifier
from fanal.refus import Introuvable, Inutilisable, Refus
from fanal.territoires.models import Ght
from tests.appels.jury.outils import (
    COMMENTAIRE,
    LE,
    Jury,
    rendre,
    repartir,
    tout_noter,
    un_jury,
)

ACCORD = "Les lecteurs se sont expliqués : le coût n'était pas lu de la même façon."


@pytest.fixture
def jury(ght: Ght) -> Jury:
    jury = un_jury(ght)
    repartir(jury)
    return jury


def ouvrir(jury: Jury, *absents: int, **options) -> Seance:  # type: ignore[no-untyped-def]
    presents = [m for rang, m in enumerate(jury.membres) if rang not in absents]
    return jury_seance.ouvrir(
        appel=jury.appel, jour=LE.date(), lieu="Salle 1", presents=presents, by=None, instant=LE, **options
    )


def deliberer(
    seance: Seance, jury: Jury, place: int, proposition: str = "retenir", **options
) -> Deliberation:  # type: ignore[no-untyped-def]
    return jury_seance.deliberer(
        seance=seance,
        dossier=jury.dossiers[place],
        proposition=proposition,
        by=None,
        instant=LE,
        **options,
    )


def test_a_draft_keeps_what_is_typed_and_handing_in_freezes(jury: Jury) -> None:
    lecture = jury.lectures(jury.dossiers[0])[0]
    with pytest.raises(Refus, match="Il reste à noter : Maîtrise du coût"):
        jury_lectures.rendre(
            lecture=lecture,
            notes={"pertinence": "5", "equipe": "7"},
            commentaire="",
            revision=0,
            by=None,
            instant=LE,
        )
    lecture.refresh_from_db()
    assert (lecture.notes, lecture.rendue_le, lecture.total) == ({"pertinence": 5, "equipe": 7}, None, None)
    with pytest.raises(Refus, match="commentaire"):
        rendre(lecture, 5, 4, 10, commentaire="Bien.")
    with pytest.raises(Inutilisable, match="de 0 à 5"):
        rendre(lecture, 6, 4, 10)
    done = rendre(lecture, 4, 3, 8)
    assert (done.total, done.version) == (Decimal("78.333"), jury.dossiers[0].version_courante)
    with pytest.raises(Refus, match="est rendue"):
        rendre(lecture, 5, 4, 10)
    assert Entree.objects.filter(action="jury.lecture.rendre").count() == 1


def test_two_windows_of_one_reader(jury: Jury) -> None:
    lecture = jury.lectures(jury.dossiers[0])[0]
    save = {"lecture": lecture, "commentaire": "", "by": None, "instant": LE}
    jury_lectures.enregistrer(notes={"equipe": "1"}, revision=0, **save)  # type: ignore[arg-type]
    with pytest.raises(Refus, match="autre fenêtre"):
        jury_lectures.enregistrer(notes={"equipe": "2"}, revision=0, **save)  # type: ignore[arg-type]
    lecture.refresh_from_db()
    assert lecture.notes == {"equipe": 1}


@pytest.mark.parametrize("typed", ["-1", "5,5", "cinq", "٤", "99999999999", "1 "])
def test_marks_are_whole_numbers_within_the_maximum(jury: Jury, typed: str) -> None:
    lecture = jury.lectures(jury.dossiers[0])[0]
    save = {"lecture": lecture, "commentaire": "", "revision": None, "by": None, "instant": LE}
    if typed.strip() == "1":
        assert jury_lectures.enregistrer(notes={"equipe": typed}, **save).notes == {"equipe": 1}  # type: ignore[arg-type]
        return
    with pytest.raises(Inutilisable, match="Équipe"):
        jury_lectures.enregistrer(notes={"equipe": typed}, **save)  # type: ignore[arg-type]


def test_a_preview_that_has_aged_is_refused(ght: Ght) -> None:
    jury = un_jury(ght)
    with pytest.raises(Refus, match="a changé depuis l'aperçu"):
        jury_lectures.confier_lot(appel=jury.appel, graine="", empreinte="0" * 64, by=None, instant=LE)
    assert len(repartir(jury)) == 6
    with pytest.raises(Refus, match="aucune lecture"):
        repartir(jury)


def test_one_reading_more_by_hand(jury: Jury) -> None:
    dossier = jury.dossiers[0]
    third = next(m for m in jury.membres if m not in [lec.membre for lec in jury.lectures(dossier)])
    give = {"appel": jury.appel, "dossier": dossier, "by": None, "instant": LE}
    with pytest.raises(Refus, match="motif"):
        jury_lectures.confier(membre=third, motif="", **give)  # type: ignore[arg-type]
    added = jury_lectures.confier(membre=third, motif="Écart important", **give)  # type: ignore[arg-type]
    assert added.rang == 3
    with pytest.raises(Refus, match="lit déjà"):
        jury_lectures.confier(membre=third, motif="Écart important", **give)  # type: ignore[arg-type]
    jury_lectures.retirer(lecture=added, motif="Finalement inutile", by=None, instant=LE)
    assert len(jury.lectures(dossier)) == 2


def test_a_large_spread_asks_for_a_discussion_or_a_third_reading(jury: Jury) -> None:
    tout_noter(jury, {0: [(5, 4, 10), (0, 0, 0)]})
    etat = situation_de(jury.appel, jury.dossiers[0])
    assert (etat.moyenne, etat.ecart, etat.alerte) == (Decimal(50), Decimal(100), True)
    seance = ouvrir(jury)
    with pytest.raises(Refus, match="s'écartent beaucoup"):
        deliberer(seance, jury, 0)
    assert deliberer(seance, jury, 0, discussion=ACCORD).note == 50
    third = next(m for m in jury.membres if m not in [lec.membre for lec in jury.lectures(jury.dossiers[0])])
    added = jury_lectures.confier(
        appel=jury.appel, dossier=jury.dossiers[0], membre=third, motif="Écart", by=None, instant=LE
    )
    with pytest.raises(Refus, match="1 lecture est attendue"):
        deliberer(seance, jury, 0)
    rendre(added, 5, 4, 10)
    assert deliberer(seance, jury, 0).note == Decimal("66.667")


def test_another_score_needs_a_reason(jury: Jury) -> None:
    tout_noter(jury)
    seance = ouvrir(jury)
    with pytest.raises(Refus, match="autre note que la moyenne"):
        deliberer(seance, jury, 0, note=Decimal(80))
    with pytest.raises(Inutilisable, match="0 à 100"):
        deliberer(seance, jury, 0, note=Decimal(101), motif="Motif écrit")
    kept = deliberer(seance, jury, 0, note=Decimal(80), motif="Le coût avait été mal lu.")
    assert (kept.note, kept.moyenne) == (Decimal(80), Decimal("78.333"))
    with pytest.raises(Inutilisable, match="Choisissez"):
        deliberer(seance, jury, 0, "peut-être")


def test_members_with_an_interest_leave_and_do_not_count(jury: Jury) -> None:
    tout_noter(jury)
    absent = jury.membres[2]
    jury_interets.declarer(
        membre=absent,
        interets=[Declare("travaux", dossier=jury.dossiers[0])],
        by=absent.utilisateur,
        instant=LE,
    )
    for lecture in jury.lectures(jury.dossiers[0]):
        if lecture.rendue_le is None:
            rendre(lecture, 4, 3, 8)
    seance = ouvrir(jury)
    noted = deliberer(seance, jury, 0)
    assert list(noted.deportes.all()) == [absent]
    assert (noted.votants, noted.quorum) == (2, 1)
    assert deliberer(seance, jury, 1).votants == 3


def test_quorum_and_the_second_summons(jury: Jury) -> None:
    tout_noter(jury)
    seance = ouvrir(jury, 1, 2)
    with pytest.raises(
        Refus, match="Le quorum n'est pas atteint pour ce dossier : 1 membre peut délibérer, il en faut 2"
    ):
        deliberer(seance, jury, 0)
    jury_seance.abandonner(seance=seance, motif="Quorum non atteint", by=None, instant=LE)
    again = ouvrir(jury, 1, 2, motif_sans_quorum="Deuxième convocation, même ordre du jour.")
    assert deliberer(again, jury, 0).votants == 1


def test_one_sitting_at_a_time_and_two_secretaries(jury: Jury) -> None:
    tout_noter(jury)
    seance = ouvrir(jury)
    with pytest.raises(Refus, match="déjà ouverte"):
        ouvrir(jury)
    deliberer(seance, jury, 0, vue="")
    with pytest.raises(Refus, match="entre-temps"):
        deliberer(seance, jury, 0, "ecarter", vue="")
    assert Deliberation.objects.get().proposition == "retenir"


def test_an_interest_declared_during_the_sitting_reopens_the_deliberation(jury: Jury) -> None:
    tout_noter(jury)
    seance = ouvrir(jury)
    deliberer(seance, jury, 0)
    member = jury.membres[1]
    jury_interets.declarer(
        membre=member,
        interets=[Declare("autre", dossier=jury.dossiers[0])],
        by=member.utilisateur,
        instant=LE,
    )
    assert [p.etat.dossier for p in points(seance) if p.perime] == [jury.dossiers[0]]
    with pytest.raises(Refus, match="a changé depuis la délibération"):
        jury_seance.clore(seance=seance, by=None, instant=LE)


def text_of(seance: Seance) -> str:
    assert seance.proces_verbal is not None
    with seance.proces_verbal.fichier.open("rb") as file:
        pages = PdfReader(BytesIO(file.read())).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_closing_writes_minutes_from_what_happened_and_freezes(jury: Jury) -> None:
    tout_noter(jury, {0: [(5, 4, 10), (0, 0, 0)], 1: [(5, 4, 10), (5, 4, 10)]})
    absent = jury.membres[2]
    seance = ouvrir(jury, 2)
    deliberer(seance, jury, 0, "ecarter", discussion=ACCORD, desaccord="Un membre tient au projet.")
    deliberer(seance, jury, 1)
    deliberer(seance, jury, 2, "complementaire", note=Decimal("79.5"), motif="Le calendrier est plus sûr.")
    closed = jury_seance.clore(seance=seance, observations="Séance sans incident.", by=None, instant=LE)
    texte = text_of(closed)
    for dit in (
        "Séance du 02/11/2026, Salle 1 : 2 membres présents, 3 dossiers délibérés, dont 1 que le jury",
        f"{absent.utilisateur} Membre absent",
        "Lecteur M1 Président présent",
        "Moyenne : 50,000. Écart : 100,000.",
        ACCORD,
        "Un membre tient au projet.",
        "Note retenue : 79,500. Elle diffère de la moyenne.",
        "Motif : Le calendrier est plus sûr.",
        "Aucun membre présent n'a d'intérêt déclaré avec ce dossier. 2 membres ont délibéré ; quorum : 2.",
        "Séance sans incident.",
        "Quorum : 50 %",
    ):
        assert dit in texte, dit
    entry = Entree.objects.get(action="jury.seance.clore")
    assert closed.proces_verbal is not None
    assert entry.donnees["proces_verbal"] == closed.proces_verbal.empreinte
    for change in (
        lambda: deliberer(closed, jury, 0),
        lambda: jury_seance.clore(seance=closed, by=None, instant=LE),
        lambda: jury_seance.noter_presences(seance=closed, presents=[], by=None, instant=LE),
        lambda: jury_seance.reprendre(deliberation=Deliberation.objects.first(), by=None, instant=LE),  # type: ignore[arg-type]
    ):
        with pytest.raises(Refus, match="close"):
            change()
    rangs = classement(jury.appel)
    assert [(r.dossier, r.rang, r.proposition) for r in rangs] == [
        (jury.dossiers[1], 1, "retenir"),
        (jury.dossiers[2], 2, "complementaire"),
        (jury.dossiers[0], 3, "ecarter"),
    ]
    assert list(Deliberation.objects.order_by("rang").values_list("rang", "note")) == [
        (1, Decimal(100)),
        (2, Decimal("79.5")),
        (3, Decimal(50)),
    ]
    assert verifier().ok


def test_a_new_sitting_replaces_what_the_first_said(jury: Jury) -> None:
    tout_noter(jury)
    first = ouvrir(jury)
    deliberer(first, jury, 0)
    jury_seance.clore(seance=first, by=None, instant=LE)
    member = jury.membres[0]
    jury_interets.declarer(
        membre=member,
        interets=[Declare("autre", dossier=jury.dossiers[0])],
        by=member.utilisateur,
        instant=LE,
    )
    assert [d.dossier for d in a_revoir(jury.appel)] == [jury.dossiers[0]]
    for lecture in jury.lectures(jury.dossiers[0]):
        if lecture.rendue_le is None:
            rendre(lecture, 4, 3, 8)
    second = ouvrir(jury)
    deliberer(second, jury, 0, "ecarter")
    jury_seance.clore(seance=second, by=None, instant=LE)
    [rang] = classement(jury.appel)
    assert (rang.proposition, rang.deliberation.seance) == ("ecarter", second)
    assert a_revoir(jury.appel) == []


def test_an_empty_sitting_has_no_minutes_and_others_are_off_its_agenda(jury: Jury, autre_ght: Ght) -> None:
    seance = ouvrir(jury)
    with pytest.raises(Refus, match="Aucun dossier"):
        jury_seance.clore(seance=seance, by=None, instant=LE)
    other = un_jury(autre_ght, dossiers=1, membres=0, code="autre-2026")
    with pytest.raises(Introuvable):
        jury_seance.deliberer(
            seance=seance, dossier=other.dossiers[0], proposition="retenir", by=None, instant=LE
        )


def test_habits_of_readers_are_those_of_the_readings_that_count(jury: Jury) -> None:
    tout_noter(jury, {0: [(5, 4, 10), (0, 0, 0)]})
    lus = profils_des_lecteurs(situations(jury.appel))
    assert sum(p.profil.lectures for p in lus) == 6
    assert lus[0].profil.decalage == min(p.profil.decalage or 0 for p in lus)
    LectureJury.objects.filter(membre=lus[0].membre).update(retiree_le=LE)
    assert lus[0].membre not in [p.membre for p in profils_des_lecteurs(situations(jury.appel))]


def test_comment_is_kept(jury: Jury) -> None:
    lecture = rendre(jury.lectures(jury.dossiers[0])[0], 1, 1, 1)
    assert lecture.commentaire == COMMENTAIRE
