"""The checks of a block, whole columns at a time: what sets a line aside, what only marks it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from fanal.moteurs.lac.entree import phrases
from fanal.moteurs.lac.entree.blocs import TAUX_ABSENT, TAUX_FAUX, TYPE_ABSENT, TYPE_FAUX, Bloc
from fanal.moteurs.lac.entree.constantes import VIDE, VIDE_JOUR
from fanal.moteurs.lac.entree.definition import DATES, NOMBRES, REQUIS, TEXTES, Disposition, Regles
from fanal.moteurs.lac.entree.montants import a_la_precision_pres, ecarts_de_montant
from fanal.moteurs.lac.schema import TYPES_LIGNE

COMMANDE, AVOIR, GRATUIT, REMISE = range(len(TYPES_LIGNE))
# A quantity, price or amount beyond this is a keying error: products stay within what a double tells apart.
MAXIMUM = 10**9
# An amount beyond this is a code in the wrong column; up to it, what is set aside counts for what it says.
MAXIMUM_COMPTE = 10**11
_PLAIN = re.compile(r"-?[0-9]+[.,]([0-9]+)")


@dataclass
class Constat:
    """One rule broken by some records of a block, for one field."""

    regle: str
    champ: str | None
    rangs: Any
    suite: Callable[[int], str]


@dataclass
class Verdict:
    """The checks of a block: the records set aside, and every remark. `enormes`: by record, an amount too
    large to be accepted, which still counts among what is set aside.
    """

    bloc: Bloc
    refuses: Any
    constats: list[Constat] = field(default_factory=list)
    enormes: dict[int, int] = field(default_factory=dict)

    @property
    def montants(self) -> Any:
        """The amount of each record in cents, 0 where none is written: what counts and sums are made of."""
        valeurs = self.bloc.num("montant_ht")
        montants = np.where(valeurs == VIDE, 0, valeurs)
        for rang, montant in self.enormes.items():
            montants[rang] = montant
        return montants

    def noter(self, regle: str, champ: str | None, rangs: Any, suite: Callable[[int], str]) -> None:
        """Keep a remark on some records."""
        if len(rangs):
            self.constats.append(Constat(regle, champ, rangs, suite))
            if phrases.GRAVITE[regle] == phrases.REFUS:
                self.refuses[rangs] = True


def controler(bloc: Bloc, regles: Regles, disposition: Disposition, savoir: dict[str, Any]) -> Verdict:
    """Hold every rule that a record alone can break. Signs of credit notes are settled here too."""
    verdict = Verdict(bloc, np.zeros(bloc.nombre, np.bool_))
    _Controle(verdict, regles, disposition, savoir).tout()
    return verdict


class _Controle:
    def __init__(
        self, verdict: Verdict, regles: Regles, disposition: Disposition, savoir: dict[str, Any]
    ) -> None:
        self.verdict, self.bloc, self.regles = verdict, verdict.bloc, regles
        self.disposition, self.savoir = disposition, savoir

    def tout(self) -> None:
        """Every check, in the order of the list of rules."""
        self._cellules()
        self._types()
        self._etablissements()
        self._jours()
        self._montants()
        self._taux()
        self._codes()

    def _texte(self, rang: int, champ: str) -> str:
        colonnes = self.disposition.champs
        cellules = self.bloc.cellules(rang)
        colonne = colonnes.index(champ) if champ in colonnes else len(cellules)
        return phrases.citer(cellules[colonne]) if colonne < len(cellules) else "« »"

    def _ou(self, masque: Any) -> Any:
        return np.flatnonzero(masque)

    def _cellules(self) -> None:
        fautes: dict[tuple[str, str], list[int]] = {}
        for regle, rang, colonne in self.bloc.fautes:
            fautes.setdefault((regle, self.disposition.champ(colonne)), []).append(rang)
        illisibles: dict[str, set[int]] = {}
        for (regle, champ), rangs in fautes.items():
            illisibles.setdefault(champ, set()).update(rangs)
            self.verdict.noter(regle, champ, np.array(rangs), self._dire_type(regle, champ))
        for champ, vides in self._vides():
            if champ in illisibles:
                vides = vides & ~np.isin(np.arange(self.bloc.nombre), list(illisibles[champ]))
            self.verdict.noter(
                "requis", champ, self._ou(vides),
                lambda rang: "la cellule est vide alors qu'elle est obligatoire. Complétez-la.",
            )  # fmt: skip
        self.verdict.noter(
            "ligne_trop_longue",
            None,
            self._ou(self.bloc.trop_longues),
            lambda rang: (
                f"elle a {len(self.bloc.cellules(rang))} cellules pour {len(self.disposition.champs)} "
                "titres. Mettez entre guillemets le libellé qui contient le séparateur."
            ),
        )
        for champ in NOMBRES:
            valeurs = self.bloc.num(champ)
            trop = self._ou((valeurs != VIDE) & (np.abs(valeurs) > MAXIMUM * 10 ** NOMBRES[champ]))
            self.verdict.noter("type", champ, trop, self._dire_trop(champ))
            if champ == "montant_ht":
                lus = {int(r): int(valeurs[r]) for r in trop}
                limite = MAXIMUM_COMPTE * 10 ** NOMBRES[champ]
                self.verdict.enormes = {r: m for r, m in lus.items() if abs(m) <= limite}
            valeurs[trop] = VIDE

    def _dire_type(self, regle: str, champ: str) -> Callable[[int], str]:
        if regle == "code_abrege":
            return lambda rang: (
                f"{self._texte(rang, champ)} est un code abrégé par un tableur, dont la fin est perdue. "
                "Exportez la colonne comme du texte."
            )
        if regle == "nombre_ambigu":
            return lambda rang: (
                f"{self._texte(rang, champ)} est lu avec un point décimal, mais peut être un nombre de "
                "milliers. Indiquez le signe décimal dans la correspondance."
            )
        attendu = "une date qui existe" if champ in DATES else "un nombre plausible"
        return lambda rang: f"{self._texte(rang, champ)} n'est pas {attendu}. Corrigez la cellule."

    def _dire_trop(self, champ: str) -> Callable[[int], str]:
        return lambda rang: (
            f"{self._texte(rang, champ)} dépasse le milliard : ce n'est pas un nombre plausible. Corrigez la "
            "cellule, ou vérifiez que les colonnes ne sont pas décalées."
        )

    def _vides(self) -> Iterator[tuple[str, Any]]:
        for champ in REQUIS:
            if champ in TEXTES:
                yield champ, self.bloc.t_long[TEXTES.index(champ)] == 0
            elif champ in DATES:
                yield champ, self.bloc.date(champ) == VIDE_JOUR
            elif champ in NOMBRES:
                yield champ, self.bloc.num(champ) == VIDE
            else:
                yield champ, self.bloc.dim("etablissement" if champ == "finess" else champ) == 0

    def _types(self) -> None:
        types, montants = self.bloc.types, self.bloc.num("montant_ht")
        self.verdict.noter(
            "enumeration",
            "type_ligne",
            self._ou(types == TYPE_FAUX),
            lambda rang: (
                f"{self._texte(rang, 'type_ligne')} n'est pas un type de ligne. Écrivez commande, avoir, "
                "unites_gratuites ou remise."
            ),
        )
        absents = types == TYPE_ABSENT
        if absents.any():
            negatifs = absents & (montants < 0) & (montants != VIDE)
            types[absents] = COMMANDE
            types[negatifs] = AVOIR
            self.verdict.noter(
                "avoir_deduit", "type_ligne", self._ou(negatifs),
                lambda rang: "le type manque et le montant est négatif : la ligne est lue comme un avoir.",
            )  # fmt: skip
        types[types == TYPE_FAUX] = COMMANDE

    def _etablissements(self) -> None:
        codes = self.bloc.dim("etablissement")
        connus, permis = self.savoir["connus"][codes], self.savoir["permis"][codes]
        self.verdict.noter(
            "etablissement_inconnu", "finess", self._ou(~connus),
            lambda rang: f"le numéro FINESS {self._texte(rang, 'finess')} n'est celui d'aucun établissement "
            "connu. Vérifiez-le, ou faites enregistrer l'établissement.",
        )  # fmt: skip
        self.verdict.noter(
            "hors_territoire",
            "finess",
            self._ou(connus & ~permis),
            lambda rang: (
                f"l'établissement {self._texte(rang, 'finess')} n'est pas de ceux pour lesquels vous "
                "déposez. Faites déposer cette ligne par son GHT."
            ),
        )

    def _jours(self) -> None:
        commande = self.bloc.date("date_commande")
        for champ in DATES:
            jours = self.bloc.date(champ)
            presents = jours != VIDE_JOUR
            self.verdict.noter(
                "date_impossible", champ,
                self._ou(presents & ((jours < self.regles.jour_min) | (jours > self.regles.jour_max))),
                self._dire_jour(champ),
            )  # fmt: skip
            if champ != "date_commande":
                regle = "reception_avant_commande" if champ == "date_reception" else "facture_avant_commande"
                self.verdict.noter(
                    regle, champ, self._ou(presents & (commande != VIDE_JOUR) & (jours < commande)),
                    lambda rang, champ=champ: f"le {self._texte(rang, champ)} est avant la commande "  # type: ignore[misc]  # bound now
                    f"({self._texte(rang, 'date_commande')}). Vérifiez les deux dates.",
                )  # fmt: skip
        if self.regles.mois:
            dehors = (commande != VIDE_JOUR) & ~np.isin(mois_des_jours(commande), list(self.regles.mois))
            self.verdict.noter(
                "hors_mois",
                "date_commande",
                self._ou(dehors),
                lambda rang: (
                    f"le {self._texte(rang, 'date_commande')} n'est dans aucun des mois que ce dépôt "
                    "remplace. Déposez cette ligne à part, ou ajoutez son mois."
                ),
            )

    def _dire_jour(self, champ: str) -> Callable[[int], str]:
        return lambda rang: (
            f"le {self._texte(rang, champ)} n'est pas entre le {phrases.en_jour(self.regles.jour_min)} et le "
            f"jour du dépôt ({phrases.en_jour(self.regles.jour_max)}). Corrigez la date."
        )

    def _montants(self) -> None:
        bloc = self.bloc
        quantite, prix, montant = bloc.num("quantite"), bloc.num("prix_unitaire_ht"), bloc.num("montant_ht")
        types = bloc.types
        presents = (quantite != VIDE) & (prix != VIDE) & (montant != VIDE)
        a_reprendre = (types == AVOIR) | (types == REMISE)
        positifs = a_reprendre & (montant > 0)
        if self.regles.avoirs_positifs:
            self._retourner(self._ou(positifs & (types == AVOIR)))
            positifs &= types != AVOIR
        self.verdict.noter(
            "avoir_positif",
            "montant_ht",
            self._ou(positifs),
            lambda rang: (
                f"{self._texte(rang, 'montant_ht')} est positif alors que la ligne est un avoir ou une "
                "remise. Corrigez le signe, ou dites dans la correspondance que les avoirs sont "
                "écrits en positif."
            ),
        )
        self.verdict.noter(
            "gratuite_payante",
            "montant_ht",
            self._ou((types == GRATUIT) & (montant != 0) & (montant != VIDE)),
            lambda rang: (
                f"{self._texte(rang, 'montant_ht')} est le montant d'unités gratuites. Mettez-le à zéro, "
                "ou changez le type de ligne."
            ),
        )
        self.verdict.noter(
            "commande_negative",
            "montant_ht",
            self._ou((types == COMMANDE) & (montant < 0) & (montant != VIDE)),
            lambda rang: f"{self._texte(rang, 'montant_ht')} est négatif sur une commande. Vérifiez le type.",
        )
        faux = ecarts_de_montant(quantite, prix, montant, self.regles) & presents & (types != GRATUIT)
        douteux = np.flatnonzero(faux & a_la_precision_pres(quantite, prix, montant, self.regles))
        for rang in douteux.tolist():
            faux[rang] = self._ecart_du_texte(rang)
        self.verdict.noter("montant", "montant_ht", self._ou(faux), self._dire_montant)

    def _ecart_du_texte(self, rang: int) -> bool:
        """The check on the numbers as written: a price may have more decimals than the lake keeps."""
        produit = self._ecrit(rang, "quantite") * self._ecrit(rang, "prix_unitaire_ht")
        marge = Decimal(self.regles.tolerance).scaleb(-2)
        if self.regles.decimales_prix is not None:
            marge += abs(self._ecrit(rang, "quantite")) * Decimal(5).scaleb(-self.regles.decimales_prix - 1)
        return abs(Decimal(int(self.bloc.num("montant_ht")[rang])).scaleb(-2) - produit) > marge

    def _ecrit(self, rang: int, champ: str) -> Decimal:
        """A number with all its decimals and its settled sign; as the lake keeps it when oddly written."""
        garde = Decimal(int(self.bloc.num(champ)[rang])).scaleb(-NOMBRES[champ])
        cellules, colonne = self.bloc.cellules(rang), self.disposition.champs.index(champ)
        lu = _PLAIN.fullmatch(cellules[colonne]) if colonne < len(cellules) else None
        if lu is None or len(lu[1]) <= NOMBRES[champ]:
            return garde
        return abs(Decimal(lu[0].replace(",", "."))).copy_sign(garde)

    def _retourner(self, rangs: Any) -> None:
        """Write credit notes that the editor prints as positive with their sign."""
        for champ in ("quantite", "quantite_recue", "quantite_facturee", "montant_ht", "montant_facture_ht"):
            valeurs = self.bloc.num(champ)
            valeurs[rangs] = np.where(valeurs[rangs] > 0, -valeurs[rangs], valeurs[rangs])

    def _dire_montant(self, rang: int) -> str:
        quantite, prix = int(self.bloc.num("quantite")[rang]), int(self.bloc.num("prix_unitaire_ht")[rang])
        produit = quantite * prix
        attendu = (abs(produit) + 5 * 10**7) // 10**8 * (-1 if produit < 0 else 1)
        return (
            f"{self._texte(rang, 'montant_ht')} n'est pas la quantité ({phrases.decimal(quantite, 4)}) "
            f"multipliée par le prix ({phrases.decimal(prix, 6)}), qui donne "
            f"{phrases.decimal(attendu, 2)} €. Corrigez "
            "l'un des trois."
        )

    def _taux(self) -> None:
        taux, jours = self.bloc.taux, self.bloc.date("date_commande")
        admis = np.zeros(self.bloc.nombre, np.bool_)
        for debut, fin, valeurs in self.regles.taux:
            admis |= (jours >= debut) & (jours <= fin) & np.isin(taux, list(valeurs))
        faux = (taux != TAUX_ABSENT) & ~admis & (jours != VIDE_JOUR)
        illisibles = taux == TAUX_FAUX
        self.verdict.noter(
            "type",
            "taux_tva",
            self._ou(illisibles),
            lambda rang: (
                f"{self._texte(rang, 'taux_tva')} n'est pas un taux. Écrivez un pourcentage, comme 20."
            ),
        )
        if self.regles.taux:
            self.verdict.noter(
                "taux_tva",
                "taux_tva",
                self._ou(faux & ~illisibles),
                lambda rang: (
                    f"{self._texte(rang, 'taux_tva')} % n'est pas un taux en vigueur à la date de commande. "
                    + ("Écrivez 20 pour 20 %." if taux[rang] < 100 else "Vérifiez-le.")
                ),
            )

    def _codes(self) -> None:
        for regle, dimension, champ, question, suite in (
            (
                "cle_siret",
                "fournisseur",
                "siret_fournisseur",
                "sirets",
                "n'est pas un SIRET dont la clé est juste",
            ),
            (
                "cle_produit",
                "produit",
                "code_produit",
                "produits",
                "n'est pas un code produit dont la clé est juste",
            ),
            (
                "famille_inconnue",
                "famille",
                "famille",
                "familles",
                "n'est pas une famille de la nomenclature",
            ),
        ):
            justes = self.savoir[question]
            if not justes.all():
                rangs = self._ou(~justes[self.bloc.dim(dimension)])
                self.verdict.noter(regle, champ, rangs, self._dire_code(champ, suite))

    def _dire_code(self, champ: str, suite: str) -> Callable[[int], str]:
        return lambda rang: f"{self._texte(rang, champ)} {suite}. Vérifiez-le."


def mois_des_jours(jours: Any) -> Any:
    """Months (12 × year + month − 1) of days since 1970."""
    return jours.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 12 * 1970
