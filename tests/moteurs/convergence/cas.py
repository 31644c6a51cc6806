"""Contracts and rules for the tests: small by default, drawn by hypothesis where it matters."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from fanal.moteurs.convergence import Contrat, Genre, Marge, Regles, Requete, Sortie, ajouter_mois

LE = date(2026, 11, 20)
D = Decimal
REGLES = Regles(
    administratif={
        "non_reconduction": D(150),
        "avenant": D(400),
        "marche_court": D(900),
        "marche_court_adapte": D(300),
        "consultation": D(4000),
        "resiliation": D(1500),
        "entree_differee": D(50),
        "reconduction_expresse": D(100),
        "hors": D(3000),
    },
    risque={"avenant:R2194-8": D(200), "avenant:R2194-7": D(500), "marche_court": D(600), "hors": D(1000)},
    risque_taux={"marche_court": D("0.02"), "avenant:R2194-7": D("0.01"), "resiliation": D("0.01")},
    taux_gain=D("0.05"),
    taux_indemnite=D("0.05"),
    seuil_marche_court=D(60000),
    seuil_marche_court_adapte=D(216000),
    delai_marche_court_mois=1,
    delai_marche_court_adapte_mois=4,
    delai_preparation_mois=6,
    horizon_mois=12,
    pont_maximum_mois=12,
    entree_maximum_mois=9,
    duree_commune_mois=24,
)


def contrat(cle: str = "M1", fin: date = date(2027, 3, 31), **champs: Any) -> Contrat:
    """A contract that simply ends, spending 1 200 € a month unless said otherwise."""
    champs.setdefault("depense_mensuelle", D(1200))
    sorties = champs.pop("sorties", ())
    return Contrat(cle, f"Marché {cle}", (*sorties, Sortie(fin)), **champs)


def requete(*contrats: Contrat, regles: Regles = REGLES) -> Requete:
    return Requete(LE, contrats, regles)


def petite(reste: Decimal | int | None) -> Marge:
    return Marge("R2194-8", "modification de faible montant", None if reste is None else D(reste), True)


@st.composite
def contrats(draw: st.DrawFn, cle: str) -> Contrat:
    """A contract with up to three exits, some notice dates already gone, figures sometimes unknown."""
    fin = LE + timedelta(days=draw(st.integers(20, 800)))
    if draw(st.booleans()):
        fin = fin.replace(day=1) - timedelta(days=1)
    sorties = [Sortie(max(fin, LE))]
    for numero in range(draw(st.integers(0, 2))):
        suivante = ajouter_mois(sorties[-1].fin, draw(st.sampled_from([6, 12])))
        genre = draw(st.sampled_from([Genre.TACITE, Genre.TACITE, Genre.EXPRESSE]))
        avant = ajouter_mois(sorties[-1].fin, -draw(st.integers(0, 4))) if genre is Genre.TACITE else None
        sorties[-1] = Sortie(sorties[-1].fin, genre, numero + 1, avant)
        sorties.append(Sortie(suivante))
    amount = st.integers(0, 15_000).map(D)
    marges = draw(
        st.lists(
            st.builds(
                Marge,
                st.sampled_from(["R2194-8", "R2194-7"]),
                st.just("motif d'essai"),
                st.one_of(st.none(), st.integers(0, 60_000).map(D)),
                st.booleans(),
            ),
            max_size=2,
            unique_by=lambda m: m.motif,
        )
    )
    return Contrat(
        cle,
        f"Marché {cle}",
        tuple(sorties),
        depense_mensuelle=draw(st.one_of(amount, amount, st.none())),
        ecart_mensuel=draw(st.one_of(st.none(), st.integers(0, 900).map(D))),
        marges=tuple(marges),
        avenant_jusqu_au=draw(st.one_of(st.none(), st.just(date(2027, 9, 30)))),
        modifiable=draw(st.sampled_from([True, True, True, False])),
    )


@st.composite
def requetes(draw: st.DrawFn, maximum: int = 4) -> Requete:
    nombre = draw(st.integers(1, maximum))
    regles = draw(
        st.builds(
            lambda court, adapte: _with(court, adapte),
            st.sampled_from([D(5000), D(20000), D(60000), None]),
            st.sampled_from([D(30000), D(216000)]),
        )
    )
    return Requete(LE, tuple(draw(contrats(f"M{i}")) for i in range(nombre)), regles)


def _with(court: Decimal | None, adapte: Decimal) -> Regles:
    from dataclasses import replace

    return replace(REGLES, seuil_marche_court=court, seuil_marche_court_adapte=adapte)
