"""No sequence of acts leaves an unlawful procedure: tried at random, checked after each act."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.procedures.actions import attribution, etats, lots
from fanal.procedures.models import Lot, Procedure
from fanal.procedures.rules.etats import PASSAGES
from fanal.refus import Refus
from fanal.territoires.models import Ght
from tests.procedures.outils import CRITERES, INSTANT, JOUR, avec_offres, membres, nouvelle

pytestmark = pytest.mark.django_db
ACTES = [*PASSAGES, "lot", "offre", "choisir", "rejets", "signer", "clore", "revenir"]


def essayer(acte: str, p: Procedure, le: date) -> None:
    """One act, with plausible arguments; what the rules refuse changes nothing."""
    lot = p.lots.order_by("numero").first()
    numero = lot.numero if lot else 1
    commun = {"procedure": p, "by": None, "instant": INSTANT}
    match acte:
        case "lot":
            lots.enregistrer_lot(
                numero=None,
                intitule="Lot",
                criteres=CRITERES,
                maximum_ht=Decimal(1000),
                verrou=None,
                **commun,  # type: ignore[arg-type]
            )
        case "offre":
            nom = f"E{lot.offres.count() if lot else 0}"
            avec_offres(p, numero, [(nom, 100 + len(nom), "12", "9")])
        case "choisir":
            toutes = list(lot.offres.order_by("rang")) if lot else []
            attribution.choisir(
                lot=numero,
                retenues=[o.pk for o in toutes[:1]],
                motif="Essai",
                motifs_rejet={o.pk: "Essai" for o in toutes},
                rejets_envoyes_le=None,
                le=le,
                **commun,  # type: ignore[arg-type]
            )
        case "rejets":
            attribution.noter_rejets(lot=numero, envoyes_le=le, le=le, **commun)  # type: ignore[arg-type]
        case "signer":
            contrat = attribution.Contrat(
                identifiant=f"M{p.pk}-{numero}",
                date_signature=le,
                date_debut=le,
                duree_mois=48,
                montant=Decimal(1000),
                maximum_ht=Decimal(1000),
                accord_cadre=True,
                modalites=("Bons de commande",),
                beneficiaires=membres(p.ght),
            )
            attribution.signer(lot=numero, contrat=contrat, **commun)  # type: ignore[arg-type]
        case "clore":
            attribution.clore_lot(lot=numero, issue="infructueux", motif="Essai", **commun)  # type: ignore[arg-type]
        case "revenir":
            attribution.revenir(lot=numero, motif="Essai", **commun)  # type: ignore[arg-type]
        case _:
            etats.franchir(
                code=acte,
                le=le,
                verrou=None,
                motif="Essai",
                date_lancement=le,
                date_limite=le + timedelta(days=30),
                **commun,  # type: ignore[arg-type]
            )


def verifier(p: Procedure) -> None:
    """What must hold whatever was done."""
    p.refresh_from_db()
    tous = list(p.lots.prefetch_related("offres", "marches"))
    if p.date_lancement is not None:
        assert p.procedure and p.montant_estime_ht is not None and tous
        assert len(tous) > 1 or p.motif_non_allotissement
        assert p.date_limite_offres is not None
        assert (p.date_limite_offres - p.date_lancement).days >= 30
        assert all(sum(Decimal(c["poids"]) for c in lot.criteres) == 100 for lot in tous)
        assert all(any(c["nature"] == "environnement" for c in lot.criteres) for lot in tous)
    for lot in tous:
        marches = list(lot.marches.all())
        assert bool(marches) == (lot.issue == Lot.Issue.ATTRIBUE)
        retenues = [o for o in lot.offres.all() if o.sort == "retenue"]
        assert bool(retenues) == (lot.issue in {Lot.Issue.CHOISI, Lot.Issue.ATTRIBUE})
        if marches and lot.offres.count() > 1:
            assert lot.rejets_envoyes_le is not None
            debut = marches[0].date_debut
            assert debut is not None and debut >= lot.rejets_envoyes_le + timedelta(days=11)
        assert all(o.motif for o in lot.offres.all() if o.sort in {"rejetee", "irreguliere"})
    if p.etat == "attribuee":
        assert all(lot.issue not in {"", "choisi"} for lot in tous)
    if p.etat in {"infructueuse", "sans_suite"}:
        assert not any(lot.issue == Lot.Issue.ATTRIBUE for lot in tous)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(ACTES), st.integers(0, 20)), min_size=5, max_size=25),
)
def test_no_sequence_leaves_an_unlawful_procedure(
    ght: Ght, alloti: bool, suite: list[tuple[str, int]]
) -> None:
    p = nouvelle(ght, procedure="Appel d'offres ouvert", montant_estime_ht=Decimal(400_000), duree_mois=48)
    if not alloti:
        Procedure.objects.filter(pk=p.pk).update(motif_non_allotissement="Objet indivisible")
    le = JOUR
    # A beginning that reaches the award often, then anything.
    tete = [
        ("lot", 0),
        ("lot", 0),
        ("rediger", 1),
        ("lancer", 1),
        ("offre", 2),
        ("offre", 1),
        ("analyser", 40),
    ]
    for acte, jours in [*tete, *suite]:
        le += timedelta(days=jours)
        p.refresh_from_db()
        with suppress(Refus):
            essayer(acte, p, le)
        verifier(p)
