"""Whatever people do, in whatever order, the engine's invariants hold."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.campagnes import queries
from fanal.campagnes.actions import avis, decisions, dossiers, observations, publications
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Campagne, Decision, Dossier, Publication, Version
from fanal.campagnes.registre import Choix
from fanal.journal.queries import verifier
from fanal.refus import Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.jouet import JOUET, LE, TRANSITIONS, deposit, open_campaign

CLES = st.sampled_from("ABC")
GESTES = st.one_of(
    st.tuples(st.just("deposer"), st.dictionaries(CLES, st.integers(0, 1), max_size=3)),
    st.tuples(st.just("franchir"), st.sampled_from([t.code for t in TRANSITIONS])),
    st.tuples(st.just("avis"), st.sampled_from(["favorable", "reserve"])),
    st.tuples(st.just("demander"), st.sets(CLES | st.just(""), max_size=2)),
    st.tuples(st.just("repondre"), st.integers(0, 3)),
    st.tuples(
        st.just("decider"), st.lists(st.tuples(CLES, st.sampled_from(Decision.Sens.values)), max_size=3)
    ),
    st.tuples(st.just("publier"), st.sampled_from(["", "Encore"])),
    st.tuples(st.just("attendre"), st.integers(1, 20)),
)
# Straight to a publication and beyond, from where random gestures go on.
DROIT_DEVANT = [
    ("deposer", {"A": 0, "B": 0}),
    ("franchir", "envoyer"),
    ("franchir", "instruire"),
    ("decider", [("A", "retenu"), ("B", "retenu")]),
    ("franchir", "arreter"),
    ("publier", ""),
]


def act(geste: str, quoi: object, dossier: Dossier, instant: object) -> None:
    """One gesture; its amounts and reasons are always given, so that the state alone may refuse."""
    commun: dict[str, object] = {"by": None, "instant": instant}
    match geste, quoi:
        case "deposer", dict():
            deposit(dossier, quoi, instant, motif="Correction")  # type: ignore[arg-type]
        case "franchir", str():
            dossiers.franchir(dossier=dossier, transition=quoi, motif="Motif", **commun)  # type: ignore[arg-type]
        case "avis", str():
            avis.rendre(dossier=dossier, sens=quoi, texte="Vu.", niveau="region", **commun)  # type: ignore[arg-type]
        case "demander", set():
            observations.demander(dossier=dossier, demandes=dict.fromkeys(quoi, "Pourquoi ?"), **commun)  # type: ignore[arg-type]
        case "repondre", int():
            demandes = list(dossier.observations.all())
            if quoi < len(demandes):
                observations.repondre(observation=demandes[quoi], reponse="Oui.", **commun)  # type: ignore[arg-type]
        case "decider", list():
            choix = [
                Choix(c, s, Decimal(1) if s in ("moindre", "repris") else None, "Motif") for c, s in quoi
            ]
            decisions.decider(dossier=dossier, choix=choix, **commun)  # type: ignore[arg-type]
        case "publier", str():
            publications.publier(campagne=dossier.campagne, motif=quoi, **commun)  # type: ignore[arg-type]


def check_invariants(dossier: Dossier) -> None:
    dossier.refresh_from_db()
    courantes = Counter(Decision.objects.filter(courante=True).values_list("dossier", "cle"))
    assert not [place for place, n in courantes.items() if n > 1]
    numeros = list(
        Version.objects.filter(dossier=dossier).order_by("numero").values_list("numero", flat=True)
    )
    assert numeros == list(range(1, len(numeros) + 1))
    if numeros:
        assert dossier.version_courante is not None and dossier.version_courante.numero == numeros[-1]
        assert dossier.version_courante.empreinte == sha256(dossier.version_courante.lignes)
    lignes = queries.lignes_courantes(dossier)
    valides = queries.decisions_du_dossier(dossier)
    assert all(lignes[cle] == d.empreinte for cle, d in valides.items())
    etape = queries.reception_de(dossier).etape(dossier.etape)
    if etape.decidee or etape.publiee:
        assert set(valides) == set(lignes), "a decided dossier has all its lines decided"
    for publication in Publication.objects.all():
        assert queries.verifier_publication(publication).ok
    found = verifier()
    assert found.ok, found.fautes


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(devant=st.integers(0, len(DROIT_DEVANT)), gestes=st.lists(GESTES, max_size=10))
def test_invariants_hold_after_any_sequence(ght: Ght, devant: int, gestes: list[tuple[str, object]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        campagne = open_campaign()
        dossier = dossiers.ouvrir(campagne=campagne, format="projet", noeud=Noeud("ght", ght), instant=LE)
        instant = LE
        for geste, quoi in [*DROIT_DEVANT[:devant], *gestes]:
            if geste == "attendre":
                instant += timedelta(days=quoi)  # type: ignore[arg-type]
                continue
            revision = Campagne.objects.get().revision
            try:
                act(geste, quoi, dossier, instant)
            except Refus as refus:
                assert refus.phrase.endswith(".")
                assert Campagne.objects.get().revision == revision, "a refusal leaves nothing behind"
            check_invariants(dossier)
        assert campagne.type_campagne == JOUET.code
        transaction.set_rollback(True)
