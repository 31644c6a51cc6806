"""Declared interests: nobody reads before declaring, and no withdrawn dossier stays within sight."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from fanal.appels.actions import jury_composition, jury_interets, jury_lectures
from fanal.appels.actions.jury_interets import Declare
from fanal.appels.compute.jury_interets import Lien, Objet, mots_de, nomme, touches
from fanal.appels.models import Interet, LectureJury
from fanal.appels.queries.jury import dossiers_du_jury, situation_de, situations
from fanal.appels.queries.jury_espace import dossiers_visibles, lectures_visibles
from fanal.appels.queries.jury_interets import retraits
from fanal.comptes.models import Affectation
from fanal.journal.models import Entree
from fanal.journal.queries import verifier
from fanal.refus import Interdit, Introuvable, Inutilisable, Refus
from fanal.territoires.models import Etablissement, Ght, Region
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appels.jury.outils import LE, Jury, rendre, repartir, un_dossier, un_jure, un_jury
from tests.appui.territoire import build_ght


@pytest.fixture
def jury(ght: Ght) -> Jury:
    return un_jury(ght)


def declare(jury: Jury, rang: int, *interets: Declare) -> list[LectureJury]:
    membre = jury.membres[rang]
    return jury_interets.declarer(membre=membre, interets=list(interets), by=membre.utilisateur, instant=LE)


def test_nothing_is_given_to_who_has_not_declared(ght: Ght) -> None:
    jury = un_jury(ght, membres=2)
    silent = jury_composition.nommer(appel=jury.appel, utilisateur=un_jure("Muet"), by=None, instant=LE)
    faites = repartir(jury)
    assert silent.pk not in {lecture.membre_id for lecture in faites}
    with pytest.raises(Refus, match="n'a pas encore déclaré"):
        jury_lectures.confier(
            appel=jury.appel, dossier=jury.dossiers[0], membre=silent, motif="Par choix", by=None, instant=LE
        )


def test_saying_that_there_is_none_is_a_declaration(jury: Jury) -> None:
    assert all(m.declaration_le == LE for m in jury.appel.jury.all())
    assert Interet.objects.count() == 0
    assert Entree.objects.filter(action="jury.declarer").count() == 3


def test_nobody_declares_for_somebody_else(jury: Jury) -> None:
    with pytest.raises(Interdit):
        jury_interets.declarer(
            membre=jury.membres[0], interets=[], by=jury.membres[1].utilisateur, instant=LE
        )


@pytest.mark.parametrize(
    "interet",
    [Declare("emploi"), Declare("inconnue", fournisseur="Alpha"), Declare("autre", fournisseur="A")],
)
def test_an_interest_has_one_object_and_a_nature(jury: Jury, interet: Declare) -> None:
    with pytest.raises(Inutilisable):
        declare(jury, 0, interet)
    assert Interet.objects.count() == 0


def test_a_late_interest_withdraws_the_score_and_finds_another_reader(jury: Jury) -> None:
    repartir(jury)
    dossier = jury.dossiers[0]
    [first, second] = jury.lectures(dossier)
    rendre(first, 5, 4, 10)
    rendre(second, 0, 0, 0)
    place = jury.membres.index(first.membre)
    withdrawn = declare(jury, place, Declare("travaux", dossier=dossier))
    assert [lecture.pk for lecture in withdrawn] == [first.pk]
    first.refresh_from_db()
    # The trace stays: what was scored, when, and why it no longer counts.
    assert (first.total, first.retiree_le) == (100, LE)
    assert "Intérêt déclaré le 02/11/2026" in first.motif_retrait
    etat = situation_de(jury.appel, dossier)
    assert [lecture.total for lecture in etat.rendues] == [0]
    [remplacante] = [lecture for lecture in etat.lectures if lecture.rendue_le is None]
    assert remplacante.membre_id not in {first.membre_id, second.membre_id}
    assert remplacante.rang == first.rang
    actions = list(Entree.objects.order_by("numero").values_list("action", flat=True))[-4:]
    assert actions == [
        "jury.interet.declarer",
        "jury.declarer",
        "jury.lecture.retirer",
        "jury.lecture.reattribuer",
    ]
    assert verifier().ok


def test_when_nobody_is_left_the_lack_shows(ght: Ght) -> None:
    jury = un_jury(ght, dossiers=1, membres=2)
    repartir(jury)
    declare(jury, 0, Declare("emploi", ght=ght))
    assert situation_de(jury.appel, jury.dossiers[0]).manquantes == 1


def test_a_withdrawn_reading_is_not_written_any_more(jury: Jury) -> None:
    repartir(jury)
    [first, _] = jury.lectures(jury.dossiers[0])
    declare(jury, jury.membres.index(first.membre), Declare("autre", dossier=jury.dossiers[0]))
    with pytest.raises(Introuvable):
        rendre(first, 4, 3, 8)


def test_a_dossier_that_names_a_supplier_later_is_withdrawn_too(jury: Jury, ght: Ght) -> None:
    declare(jury, 0, Declare("financier", fournisseur="Sté ROBOTIQUE-ALPHA"))
    nouveau = un_dossier(jury.appel, Noeud("ght", ght), "P9", fournisseur="f1")
    membre = jury.membres[0]
    assert retraits(jury.appel, [nouveau]).concerne(membre.pk, nouveau.pk)
    assert not any(retraits(jury.appel, jury.dossiers).concerne(membre.pk, d.pk) for d in jury.dossiers)
    lues = repartir(jury)
    assert (nouveau.pk, membre.pk) not in {(lecture.dossier_id, lecture.membre_id) for lecture in lues}


def test_a_ght_and_its_establishments_go_together(ght: Ght, etablissement: Etablissement) -> None:
    jury = un_jury(ght, dossiers=0)
    du_ght = un_dossier(jury.appel, Noeud("ght", ght), "G")
    de_l_ej = un_dossier(jury.appel, Noeud("etablissement", etablissement), "E")
    ailleurs = build_ght("BFC-91", ght.region, ("21", "Côte-d'Or"), ("210000011", "210000012"))
    autre = un_dossier(jury.appel, Noeud("ght", ailleurs), "A")
    declare(jury, 0, Declare("emploi", ght=ght))
    declare(jury, 1, Declare("emploi", etablissement=etablissement))
    exclus = retraits(jury.appel, [du_ght, de_l_ej, autre])
    for membre in jury.membres[:2]:
        assert exclus.de(membre.pk) == {du_ght.pk, de_l_ej.pk}
    assert exclus.de(jury.membres[2].pk) == set()


def test_a_role_at_the_applicant_withdraws_by_itself(jury: Jury, ght: Ght) -> None:
    membre = jury.membres[0]
    Affectation.objects.create(
        utilisateur=membre.utilisateur, role="pharmacien", **Noeud("ght", ght).champs()
    )
    exclus = retraits(jury.appel, jury.dossiers)
    assert exclus.de(membre.pk) == {d.pk for d in jury.dossiers}
    assert repartir(jury)
    assert not LectureJury.objects.filter(membre=membre).exists()


def test_lifting_needs_a_reason_and_gives_nothing_back(jury: Jury) -> None:
    repartir(jury)
    [first, _] = jury.lectures(jury.dossiers[0])
    declare(jury, jury.membres.index(first.membre), Declare("autre", dossier=jury.dossiers[0]))
    interet = Interet.objects.get()
    with pytest.raises(Refus, match="motif"):
        jury_interets.lever(interet=interet, motif=" ", by=None, instant=LE)
    jury_interets.lever(interet=interet, motif="Erreur de dossier", by=None, instant=LE)
    first.refresh_from_db()
    assert first.retiree_le is not None
    with pytest.raises(Refus, match="déjà levé"):
        jury_interets.lever(interet=interet, motif="Encore une fois", by=None, instant=LE)


def test_who_instructs_does_not_sit(jury: Jury, region: Region) -> None:
    both = un_jure("Deux casquettes")
    Affectation.objects.create(utilisateur=both, role="dgos", **NATIONAL.champs())
    with pytest.raises(Refus, match="instruit"):
        jury_composition.nommer(appel=jury.appel, utilisateur=both, by=None, instant=LE)
    regional = un_jure("Régional", Noeud("region", region))
    with pytest.raises(Refus, match="rôle de juré"):
        jury_composition.nommer(appel=jury.appel, utilisateur=regional, by=None, instant=LE)
    with pytest.raises(Refus, match="siège déjà"):
        jury_composition.nommer(
            appel=jury.appel, utilisateur=jury.membres[0].utilisateur, by=None, instant=LE
        )


def test_one_president_and_who_leaves_gives_pending_readings_back(jury: Jury) -> None:
    assert jury.appel.jury.get(qualite="president") == jury.membres[0]
    jury_composition.presider(membre=jury.membres[1], by=None, instant=LE)
    assert jury.appel.jury.get(qualite="president") == jury.membres[1]
    repartir(jury)
    parti = jury.membres[2]
    dues = list(LectureJury.objects.filter(membre=parti))
    rendre(dues[0], 4, 3, 8)
    jury_composition.retirer(membre=parti, motif="Mutation", by=None, instant=LE)
    etats = situations(jury.appel)
    assert [e.dossier.pk for e in etats if parti.pk in {lec.membre_id for lec in e.lectures}] == [
        dues[0].dossier_id
    ]
    assert sum(e.manquantes for e in etats) == 0
    back = jury_composition.nommer(appel=jury.appel, utilisateur=parti.utilisateur, by=None, instant=LE)
    assert (back.pk, back.declaration_le) == (parti.pk, None)


mots = st.text("abcé éÀ&-.'", max_size=30)


@given(
    mots, mots, st.sampled_from(["Alpha Robotique", "B. Braun", "L'Équipement médical", "Groupe 3M santé"])
)
def test_a_supplier_is_found_wherever_it_stands(avant: str, apres: str, nom: str) -> None:
    texte = mots_de({"q": [{"r": f"{avant} {nom.upper()} SAS, {apres}"}]})
    assert nomme(texte, nom)
    assert nomme(texte, f"Société {nom}")


def test_a_name_is_whole_words_and_long_texts_are_read_to_the_end() -> None:
    assert not nomme(mots_de("alphabet"), "Alpha")
    assert nomme(mots_de("mot " * 5000 + "Éts Alpha & Cie"), "Alpha & Cie")
    assert not nomme(mots_de("x"), "SA")
    lien = Lien(1, fournisseur="Alpha")
    assert touches(Objet(1, frozenset(), frozenset(), mots_de(["chez ALPHA S.A."])), [lien]) == [lien]


class TestWithdrawal(TestCase):
    """Whatever is declared in whatever order, no dossier it touches stays within sight."""

    @settings(max_examples=8)
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 2),
                st.sampled_from(["dossier", "ght", "etablissement", "fournisseur", "noter", "nouveau"]),
                st.integers(0, 2),
            ),
            max_size=7,
        )
    )
    def test_no_withdrawn_dossier_stays_visible(self, actes: list[tuple[int, str, int]]) -> None:
        region = Region.objects.get(sigle="BFC")
        ght = build_ght("BFC-90", region, ("21", "Côte-d'Or"), ("210000001", "210000002"))
        jury = un_jury(ght, membres=4)
        maison = Etablissement.objects.get(finess="210000002")
        repartir(jury)
        for rang, acte, place in actes:
            dossier = list(dossiers_du_jury(jury.appel))[place]
            objets = {
                "dossier": Declare("autre", dossier=dossier),
                "ght": Declare("emploi", ght=ght),
                "etablissement": Declare("emploi", etablissement=maison),
                "fournisseur": Declare("financier", fournisseur="Robotique Alpha"),
            }
            if acte in objets:
                declare(jury, rang, objets[acte])
            elif acte == "nouveau":
                un_dossier(
                    jury.appel,
                    Noeud("ght", ght),
                    f"N{rang}{len(dossiers_du_jury(jury.appel))}",
                    fournisseur="f1",
                )
            else:
                [rendre(lec, 4, 3, 8) for lec in jury.lectures(dossier) if lec.rendue_le is None]
            self.check(jury)

    def check(self, jury: Jury) -> None:
        dossiers = list(dossiers_du_jury(jury.appel))
        for membre in jury.appel.jury.all():
            interdits = naive_withdrawals(membre, dossiers)
            assert not {lec.dossier_id for lec in lectures_visibles(membre)} & interdits
            assert not {d.pk for d in dossiers_visibles(membre)} & interdits
            for etat in situations(jury.appel, dossiers):
                if etat.dossier.pk in interdits:
                    assert membre.pk not in {lec.membre_id for lec in etat.lectures}


def naive_withdrawals(membre, dossiers) -> set[int]:  # type: ignore[no-untyped-def]
    """Dossier by dossier, interest by interest, with what these tests lay: one GHT, one supplier."""
    found = set()
    for interet in membre.interets.all():
        for d in dossiers:
            named = "f1" in str(d.version_courante.reponse.reponses)
            if interet.dossier_id == d.pk or interet.ght_id or interet.etablissement_id:
                found |= {d.pk} if interet.dossier_id in (None, d.pk) else set()
            elif interet.fournisseur and named:
                found.add(d.pk)
    return found
