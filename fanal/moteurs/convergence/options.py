"""What may be done with one contract for one common start, what it costs, and what may not be done.

Every act is checked here and nowhere else: the solver only chooses among what this module allows.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from fanal.moteurs.convergence.calendrier import ajouter_mois, mois_entre, mois_suivant
from fanal.moteurs.convergence.modele import COURTS, Acte, Contrat, Genre, Impossible, Option, Regles, Sortie

UN_JOUR = timedelta(days=1)


def centimes(montant: Decimal) -> int:
    """Euros as cents, a half going up."""
    return int((montant * 100).quantize(Decimal(1), ROUND_HALF_UP))


def options_de(
    contrat: Contrat, depart: date, le: date, regles: Regles
) -> tuple[list[Option], list[Impossible]]:
    """The lawful options of *contrat* for a common start on *depart*, and the acts that are not open.

    Leaving the contract out is always an option, so that every start has an answer.
    """
    examen = _Examen(contrat, depart, le, regles)
    trouves = list(examen.parcourir())
    options = [o for o in trouves if isinstance(o, Option)]
    refus = [i for i in trouves if isinstance(i, Impossible)]
    return options, refus


class _Examen:
    """One contract held against one start."""

    def __init__(self, contrat: Contrat, depart: date, le: date, regles: Regles) -> None:
        self.contrat, self.depart, self.le, self.regles = contrat, depart, le, regles
        self.reference = mois_suivant(le)
        self.depense = None if contrat.depense_mensuelle is None else centimes(contrat.depense_mensuelle)
        self.perte = perte_mensuelle(contrat, regles)

    def parcourir(self) -> Iterator[Option | Impossible]:
        """Every exit that the contract still has, then what holds whatever the exit."""
        for rang, sortie in enumerate(self.contrat.sorties):
            passees = self._expresses(rang)
            if sortie.genre is Genre.TACITE and not self.contrat.modifiable:
                yield Impossible(Acte.NON_RECONDUCTION, "pas_a_nous", le=sortie.fin)
            elif sortie.preavis_le is not None and sortie.preavis_le < self.le:
                yield Impossible(Acte.NON_RECONDUCTION, "preavis_passe", le=sortie.preavis_le)
            else:
                yield from self._par_sortie(sortie, passees)
        yield from self._resiliation()
        yield self._hors()

    def _expresses(self, rang: int) -> tuple[int, ...]:
        """The renewals that somebody must decide for the contract to reach its exit number *rang*."""
        return tuple(s.numero for s in self.contrat.sorties[:rang] if s.genre is Genre.EXPRESSE)

    def _par_sortie(self, sortie: Sortie, expresses: tuple[int, ...]) -> Iterator[Option | Impossible]:
        lendemain = sortie.fin + UN_JOUR
        refus = sortie if sortie.genre is Genre.TACITE else None
        if lendemain >= self.depart:
            yield self._entrer(sortie, lendemain, refus, expresses)
            return
        mois = mois_entre(lendemain, self.depart)
        if sortie.genre is Genre.FIN:
            yield from self._avenants(sortie, mois, expresses)
        for acte in COURTS:
            yield self._court(acte, sortie, mois, refus, expresses)

    def _entrer(
        self, sortie: Sortie, lendemain: date, refus: Sortie | None, expresses: tuple[int, ...]
    ) -> Option | Impossible:
        """The contract ends on the eve of the start, or later and its establishments enter the day after."""
        retard = mois_entre(self.depart, lendemain)
        acte = Acte.ENTREE_DIFFEREE if retard else Acte.TERME
        if refus is not None:
            acte = Acte.NON_RECONDUCTION
        if retard > self.regles.entree_maximum_mois:
            plafond = self.regles.entree_maximum_mois
            return Impossible(acte, "entree_trop_tardive", retard, disponible=plafond, le=lendemain)
        codes = [acte, *([Acte.ENTREE_DIFFEREE] if refus is not None and retard else [])]
        return self._option(codes, acte, sortie.fin, lendemain, mois=retard, refus=refus, expresses=expresses)

    def _avenants(
        self, sortie: Sortie, mois: int, expresses: tuple[int, ...]
    ) -> Iterator[Option | Impossible]:
        """A bridge by an amendment, on each ground that has enough headroom left."""
        obstacle = self._obstacle(mois)
        if obstacle:
            yield Impossible(Acte.AVENANT, obstacle, mois, disponible=self.regles.pont_maximum_mois)
            return
        jusqu_au = self.contrat.avenant_jusqu_au
        if jusqu_au is not None and self.depart - UN_JOUR > jusqu_au:
            yield Impossible(Acte.AVENANT, "duree_maximale", mois, le=jusqu_au)
            return
        montant = (self.depense or 0) * mois
        if not self.contrat.marges:
            yield Impossible(Acte.AVENANT, "aucun_motif", mois)
        for marge in self.contrat.marges:
            if marge.montant is None:
                yield Impossible(Acte.AVENANT, "marge_inconnue", mois, marge.motif, detail=marge.raison)
                continue
            reste = centimes(marge.montant)
            if montant > reste or (marge.stricte and montant == reste):
                yield Impossible(
                    Acte.AVENANT, "marge", mois, marge.motif, montant, reste, detail=marge.libelle
                )
                continue
            codes = [Acte.AVENANT, f"{Acte.AVENANT}:{marge.motif}"]
            yield self._option(
                codes,
                Acte.AVENANT,
                sortie.fin,
                self.depart,
                mois=mois,
                motif=marge.motif,
                expresses=expresses,
                montant=montant,
            )

    def _obstacle(self, mois: int) -> str:
        if not self.contrat.modifiable:
            return "pas_a_nous"
        if mois > self.regles.pont_maximum_mois:
            return "pont_trop_long"
        return "depense_inconnue" if self.depense is None else ""

    def _court(
        self, acte: Acte, sortie: Sortie, mois: int, refus: Sortie | None, expresses: tuple[int, ...]
    ) -> Option | Impossible:
        """A short contract from the day after the exit to the start; the thresholds are the segment's."""
        adapte = acte is Acte.MARCHE_COURT_ADAPTE
        seuil = self.regles.seuil_marche_court_adapte if adapte else self.regles.seuil_marche_court
        delai = self.regles.delai_marche_court_adapte_mois if adapte else self.regles.delai_marche_court_mois
        if mois > self.regles.pont_maximum_mois:
            return Impossible(acte, "pont_trop_long", mois, disponible=self.regles.pont_maximum_mois)
        if self.depense is None:
            return Impossible(acte, "depense_inconnue", mois)
        if seuil is None:
            return Impossible(acte, "seuil_inconnu", mois)
        if ajouter_mois(self.le, delai) > sortie.fin + UN_JOUR:
            return Impossible(acte, "trop_tard", mois, disponible=delai, le=sortie.fin)
        montant = self.depense * mois
        if montant >= centimes(seuil):
            return Impossible(acte, "seuil", mois, demande=montant, disponible=centimes(seuil))
        codes = [acte, *([Acte.NON_RECONDUCTION] if refus is not None else [])]
        return self._option(
            codes,
            acte,
            sortie.fin,
            self.depart,
            mois=mois,
            refus=refus,
            expresses=expresses,
            montant=montant,
        )

    def _resiliation(self) -> Iterator[Option | Impossible]:
        """Ending on the eve of the start a contract that would run past it, against an indemnity."""
        suivantes = [s for s in self.contrat.sorties if s.fin >= self.depart]
        if not suivantes:
            return
        if not self.contrat.modifiable:
            yield Impossible(Acte.RESILIATION, "pas_a_nous")
            return
        if self.depense is None:
            yield Impossible(Acte.RESILIATION, "depense_inconnue")
            return
        # Notice dates to come could shorten it; those already gone could not.
        fermes = [s for s in suivantes if s.preavis_le is None or s.preavis_le >= self.le]
        mois = mois_entre(self.depart, fermes[0].fin + UN_JOUR)
        reste = self.depense * mois
        indemnite = centimes(Decimal(reste) * self.regles.taux_indemnite / 100)
        rang = next(i for i, s in enumerate(self.contrat.sorties) if s.fin >= self.depart)
        yield self._option(
            [Acte.RESILIATION],
            Acte.RESILIATION,
            self.depart - UN_JOUR,
            self.depart,
            mois=mois,
            expresses=self._expresses(rang),
            montant=reste,
            indemnite=indemnite,
        )

    def _hors(self) -> Option:
        """Left out: what the common contract would have brought is lost for as long as it runs."""
        fin_commune = ajouter_mois(self.depart, self.regles.duree_commune_mois)
        mois = mois_entre(self.reference, fin_commune)
        return self._option([Acte.HORS], Acte.HORS, self.contrat.fin_totale, None, attendu=mois)

    def _option(
        self,
        codes: Iterable[str],
        acte: Acte,
        sortie: date,
        entree: date | None,
        *,
        mois: int = 0,
        motif: str = "",
        refus: Sortie | None = None,
        expresses: tuple[int, ...] = (),
        montant: int = 0,
        indemnite: int = 0,
        attendu: int | None = None,
    ) -> Option:
        """An option with its costs: each code of *codes* adds its own lines of the rules."""
        if attendu is None and entree is not None:
            attendu = mois_entre(self.reference, entree)
        administratif = risque = 0
        for code in codes:
            administratif += centimes(self.regles.administratif.get(code, Decimal(0)))
            risque += centimes(self.regles.risque.get(code, Decimal(0)))
            taux = self.regles.risque_taux.get(code)
            if taux:
                risque += centimes(Decimal(montant) * taux / 100)
        renouvelle = self.regles.administratif.get("reconduction_expresse", Decimal(0))
        return Option(
            acte,
            sortie,
            entree,
            mois,
            motif,
            refus,
            expresses,
            montant,
            attente=self.perte * (attendu or 0),
            risque=risque,
            administratif=administratif + centimes(renouvelle) * len(expresses),
            indemnite=indemnite,
        )


def perte_mensuelle(contrat: Contrat, regles: Regles) -> int:
    """Cents lost each month before the common contract: the known price gap, else the estimated rate."""
    if contrat.ecart_mensuel is not None:
        return max(0, centimes(contrat.ecart_mensuel))
    if contrat.depense_mensuelle is None:
        return 0
    return max(0, centimes(contrat.depense_mensuelle * regles.taux_gain))
