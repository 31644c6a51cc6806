"""Price lists of some of the contracts that actions name: the price that was signed, beside what was paid."""

from fanal.demonstration.lignes.actions import scaled
from fanal.demonstration.lignes.modele import ActionSuivie, Flux, PlanLignes, Verdict
from fanal.demonstration.lignes.verdicts import fall
from fanal.demonstration.plan.marches.modele import PrixFictif

# Most of the contracts of 2021 have their list, a few of those of 2020.
NOMBRES = {2020: 14, 2021: 120}
MONTRES = (Verdict.CONFIRME, Verdict.PARTIEL_PRIX, Verdict.PRIX_INCHANGE, Verdict.PARTIEL_CONTRAT)
PAR_CENTIME = 10_000  # millionths of a euro
PRIX_MINIMAL = 3_000_000


def price_lists(plan: PlanLignes) -> dict[str, tuple[PrixFictif, ...]]:
    """Price lists by "SIRET of the buyer/number", each line at the price that the action declares."""
    lists: dict[str, dict[str, PrixFictif]] = {}
    places = dict(NOMBRES)
    for suivie in plan.suivies:
        contrat = suivie.contrat
        if contrat is None or suivie.verdict not in MONTRES or not 0 < fall(suivie.ligne) < 0.5:
            continue
        # A price list is in cents: cheaper products would not show the price signed.
        premiers = [next(f for f in suivie.flux if f.produit == p) for p in suivie.produits if p.code]
        utiles = [f for f in premiers if f.prix > PRIX_MINIMAL]
        cle = f"{contrat.acheteur_siret}/{contrat.identifiant}"
        if not utiles or (cle not in lists and not places[suivie.ligne.annee]):
            continue
        if cle not in lists:
            places[suivie.ligne.annee] -= 1
        lines = lists.setdefault(cle, {})
        for avant in utiles:
            lines[avant.produit.code] = _line(suivie, avant, len(lines) + 1)
    return {cle: tuple(lines.values()) for cle, lines in lists.items()}


def _line(suivie: ActionSuivie, avant: Flux, rang: int) -> PrixFictif:
    produit = avant.produit
    signe = scaled(avant.prix, 1 - fall(suivie.ligne))
    return PrixFictif(
        numero=str(rang),
        type_code="GTIN",
        code=produit.code,
        libelle=produit.libelle,
        unite=produit.unite,
        conditionnement=1,
        centimes=max(1, round(signe / PAR_CENTIME)),
        tva=produit.tva,
        quantite=avant.quantite,
    )
