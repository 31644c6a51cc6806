"""The contracts of a GHT as the workbench takes them, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Prefetch, Q

from fanal.convergence.compute.depense import depense
from fanal.convergence.queries import ecarts as prix
from fanal.convergence.rules.fiches import Connu, Fiche, Reglages, construire, en_lice
from fanal.marches.models import Marche, Titulaire
from fanal.marches.queries.consommation import Cumul, cumuls
from fanal.marches.queries.droit import limites_modification
from fanal.marches.queries.portee import marches_visibles
from fanal.marches.queries.registre import perimetre_du_noeud, revision
from fanal.marches.queries.situation import situations
from fanal.marches.rules.situation import Situation
from fanal.memoire import Memoire
from fanal.parametres import valeur
from fanal.prix.compute.ecarts import EcartPrix
from fanal.prix.models import LigneBpu, PrixLigne
from fanal.prix.queries.ecarts import ecarts
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import Noeud

ETATS = (Marche.Etat.ATTRIBUE, Marche.Etat.NOTIFIE)


@dataclass(frozen=True)
class Portefeuille:
    """The contracts of a GHT that count, and the price gaps between them (None: not to be read)."""

    fiches: tuple[Fiche, ...]
    ecarts: tuple[EcartPrix, ...] | None


_lus: Memoire[Portefeuille] = Memoire(16)


def etat() -> tuple[object, ...]:
    """What the contracts and their prices depend on: it changes with every write."""
    lignes = LigneBpu.objects.aggregate(n=Max("pk"))["n"]
    courants = PrixLigne.objects.aggregate(n=Max("pk"))["n"]
    return (revision(), lignes, courants)


def portefeuille(ght: Ght, le: date, *, avec_prix: bool) -> Portefeuille:
    """The contracts of *ght* on day *le*, kept in memory as long as nothing is written."""
    return _lus.lire((ght.pk, le, avec_prix), etat(), lambda: _lire(ght, le, avec_prix))


def _lire(ght: Ght, le: date, avec_prix: bool) -> Portefeuille:
    marches = list(_marches(ght, le))
    facts = situations(marches, le)
    kept = [m for m in marches if en_lice(facts[m.pk])]
    keys = [m.pk for m in kept]
    used = cumuls(keys)
    found = tuple(ecarts(ght, le=le)) if avec_prix else None
    gaps = prix.par_marche(found) if found else {}
    minimum = valeur("convergence.depense_mois_minimum", le=le)
    reglages = Reglages(le, limites_modification(le), valeur("convergence.preavis_mois", le=le))
    fiches = []
    for marche in kept:
        situation = facts[marche.pk]
        connu = _connu(marche, situation, used.get(marche.pk), le, minimum)
        if marche.pk in gaps:
            connu = replace(connu, ecart_mensuel=gaps[marche.pk])
        fiches.append(construire(connu, situation, reglages))
    return Portefeuille(tuple(fiches), found)


def _marches(ght: Ght, le: date) -> Sequence[Marche]:
    """The running contracts that stand on the GHT, on its establishments, or that these execute."""
    place = perimetre_du_noeud(Noeud(Niveau.GHT, ght), le)
    holders = Prefetch("titulaires", Titulaire.objects.select_related("fournisseur").order_by("rang"))
    return list(
        marches_visibles(place)
        .filter(etat__in=ETATS)
        .select_related("acheteur", "operateur_acheteur")
        .prefetch_related(holders)
        .annotate(defauts=Count("anomalies", filter=Q(anomalies__levee_le__isnull=True)))
        .order_by("pk")
    )


def _connu(marche: Marche, situation: Situation, used: Cumul | None, le: date, mois_minimum: int) -> Connu:
    return Connu(
        pk=marche.pk,
        identifiant=marche.identifiant,
        objet=marche.objet,
        code_cpv=marche.code_cpv,
        famille=marche.famille,
        acheteur=_acheteur(marche),
        titulaires=", ".join(t.fournisseur.nom for t in marche.titulaires.all()),
        etablissements=_executants(marche, situation, le),
        du_ght=marche.niveau in (Niveau.GHT, Niveau.ETABLISSEMENT) and marche.operateur_acheteur_id is None,
        motif_duree=marche.motif_duree,
        depense=depense(
            used.par_mois if used else {},
            montant=situation.effets.montant or _positif(situation.effets.maximum_ht),
            duree_mois=marche.duree_mois,
            le=le,
            mois_minimum=mois_minimum,
        ),
        anomalies=marche.defauts,  # type: ignore[attr-defined]  # annotated by the query
        verrou=marche.verrou,
    )


def _positif(amount: Decimal | None) -> Decimal | None:
    return amount if amount else None


def _acheteur(marche: Marche) -> str:
    if marche.operateur_acheteur is not None:
        return marche.operateur_acheteur.nom
    return marche.acheteur.nom if marche.acheteur is not None else marche.acheteur_nom


def _executants(marche: Marche, situation: Situation, le: date) -> tuple[str, ...]:
    """Who executes: the entries of the ledger still open, else the buyer."""
    names = [p.nom for p in situation.parts if p.sortie is None or p.sortie >= le]
    return tuple(dict.fromkeys(names)) or (_acheteur(marche) or "Établissement inconnu",)
