"""The actions of the workbooks, told by orders: a year and more before at the old price, as long after."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from fanal.demonstration.lignes.contrats import contract, formerly
from fanal.demonstration.lignes.modele import MILLIONIEMES, ActionSuivie, Flux, Verdict
from fanal.demonstration.lignes.produits import Produit, reserved, special
from fanal.demonstration.lignes.verdicts import PLAFOND, fall, reference, verdict
from fanal.demonstration.lignes.vocabulaire import Rayon, shelf_of_category
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.marches.contrats import suppliers
from fanal.demonstration.plan.modele import Ligne, Sorte

AVANT, APRES = 14, 18  # months of orders on each side of the first one
PRIX_MINIMAL = 0.3  # cheaper products would lose a small fall of price to rounding
QUANTITE_MINIMALE = 24
# Prices are written with four decimals.
PAS = 100


class Pris:
    """The products that actions have taken at each establishment: no two actions share one."""

    def __init__(self) -> None:
        self._pris: set[tuple[str, str]] = set()

    def take(self, finess: str, produit: Produit) -> bool:
        """Whether the product was still free there; it is taken from now on."""
        cle = (finess, produit.code or produit.libelle)
        if cle in self._pris:
            return False
        self._pris.add(cle)
        return True


def follow(lignes: Sequence[Ligne], ght: int, siret_support: str) -> tuple[ActionSuivie, ...]:
    """The orders of every action of a GHT (its rank is *ght*), in the order of the workbooks."""
    pris = Pris()
    return tuple(
        _one(ligne, ght, siret_support, pris) for ligne in lignes if ligne.sorte is not Sorte.REPETEE
    )


def _one(ligne: Ligne, ght: int, siret_support: str, pris: Pris) -> ActionSuivie:
    sens = verdict(ligne)
    rayon = shelf_of_category(ligne.categorie)
    if sens is Verdict.A_RAPPROCHER and not rayon.code:
        sens = Verdict.CONFIRME
    alea = Alea("suivie", ligne.identifiant)
    avant, apres = alea.prendre(suppliers(ligne.famille), 2)
    paniers = _basket(ligne, rayon, ght, pris)
    neuf = contract(ligne, rayon, siret_support, apres)
    ancien = formerly(ligne, rayon, siret_support, avant) if alea.unite() < 0.92 else None
    flux = tuple(
        f
        for produit, quantite, prix in paniers
        for f in _streams(
            ligne,
            sens,
            Flux(
                ligne.finess, produit, avant.siret, ancien.identifiant if ancien else "",
                date.min, date.min, quantite, prix, 0, code=sens is not Verdict.A_RAPPROCHER,
                libelle=-1 if rayon.code else 0,
            ),
            (apres.siret, neuf.identifiant if neuf else ""),
        )
    )  # fmt: skip
    if sens is Verdict.A_RAPPROCHER:
        flux = tuple(part for f in flux for part in _drift(f, ligne))
    return ActionSuivie(ligne, sens, tuple(p for p, _, _ in paniers), neuf, ancien, flux)


def _drift(flux: Flux, ligne: Ligne) -> Iterator[Flux]:
    """A stream without code, under two labels; those of after are not those of before."""
    avant = ligne.date is not None and flux.fin <= ligne.date
    for rang, ecriture in enumerate((1, 3) if avant else (4, 6)):
        yield replace(flux, libelle=ecriture, quantite=max(1, (flux.quantite + rang) // 2))


def _basket(ligne: Ligne, rayon: Rayon, ght: int, pris: Pris) -> list[tuple[Produit, int, int]]:
    """(product, quantity of twelve months, old price excl. VAT in millionths): their sum is the reference."""
    total = reference(ligne) / 100
    if ligne.prix_reference is not None and ligne.quantite:
        produit = special(rayon, ght, ligne.identifiant, 1)
        return [(produit, ligne.quantite, _excl(float(ligne.prix_reference), produit))]
    alea = Alea("panier", ligne.identifiant)
    wanted = alea.entier(1, 3)
    libres = [p for p in reserved(rayon) if p.prix > PRIX_MINIMAL]
    choisis = [p for p in alea.prendre(libres, wanted) if pris.take(ligne.finess, p)]
    chosen = choisis or [special(rayon, ght, ligne.identifiant, 1)]
    basket = []
    for rang, shared in enumerate(chosen, start=1):
        produit, part = shared, total / len(chosen)
        if not produit.code:
            produit = special(rayon, ght, ligne.identifiant, rang + 1)
        ttc = produit.prix * alea.entre(0.93, 1.09) * (1 + float(produit.tva) / 100)
        quantite = round(part / ttc)
        if quantite < QUANTITE_MINIMALE:
            produit = special(rayon, ght, ligne.identifiant, rang + 1)
            quantite = QUANTITE_MINIMALE
        basket.append((produit, quantite, _excl(part / quantite, produit)))
    return basket


def _excl(ttc: float, produit: Produit) -> int:
    """A price incl. VAT as written in an order: excl. VAT, four decimals."""
    return max(PAS, round(ttc / (1 + float(produit.tva) / 100) * MILLIONIEMES / PAS) * PAS)


def _streams(ligne: Ligne, sens: Verdict, modele: Flux, neuf: tuple[str, str]) -> Iterator[Flux]:
    """Before and after the first order, as the verdict has it."""
    if sens is Verdict.SANS_LIGNES or ligne.date is None:
        return
    alea = Alea("flux", ligne.identifiant, modele.produit.libelle)
    annuel, taux = modele.quantite, min(PLAFOND, fall(ligne))
    rythme = (1 - max(0.0, taux)) if sens is Verdict.AUTRE_EFFET else alea.entre(0.94, 1.06)
    nouveau = modele.prix
    if sens in (Verdict.CONFIRME, Verdict.PARTIEL_CONTRAT, Verdict.SANS_NUMERO, Verdict.A_RAPPROCHER):
        nouveau = scaled(modele.prix, 1 - taux)
    elif sens is Verdict.PARTIEL_PRIX:
        nouveau = scaled(modele.prix, 1 - taux * alea.entre(0.35, 0.7))
    for debut, fin in ((-AVANT, -12), (-12, 0)):
        yield _period(modele, ligne.date, debut, fin, annuel)
    siret, numero = neuf
    reste = 0.0
    if sens is Verdict.CONTRAT_INUTILISE:
        reste = 1.0
    elif sens is Verdict.PARTIEL_CONTRAT:
        reste = 1 - (ligne.operateur_declare or (ligne.gain_retenu / ligne.gain if ligne.gain else 0.5))
        reste = reste if 0.1 < reste < 0.9 else 0.5
    for debut, fin in ((0, 12), (12, APRES)):
        au_contrat = round(annuel * rythme * (1 - reste))
        if au_contrat:
            yield _period(
                replace(modele, fournisseur=siret, marche=numero, prix=nouveau),
                ligne.date,
                debut,
                fin,
                au_contrat,
            )
        if reste:
            yield _period(
                replace(modele, marche=""), ligne.date, debut, fin, round(annuel * rythme) - au_contrat
            )


def scaled(prix: int, facteur: float) -> int:
    """A price times a factor, still written with four decimals."""
    return max(PAS, round(prix * facteur / PAS) * PAS)


def _period(modele: Flux, jour: date, debut: int, fin: int, annuel: int) -> Flux:
    """The part of a stream between two months counted from the first order."""
    quantite = round(annuel * (fin - debut) / 12)
    return replace(
        modele,
        debut=jour + relativedelta(months=debut),
        fin=jour + relativedelta(months=fin),
        quantite=max(1, quantite),
        poids=quantite * modele.prix / MILLIONIEMES,
    )
