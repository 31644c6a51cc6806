"""Leading a procedure from one state to the next."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.procedures.actions.commun import enregistrer, tenir
from fanal.procedures.actions.jalons import realiser
from fanal.procedures.actions.procedures import creer
from fanal.procedures.models import Lot, Procedure
from fanal.procedures.queries.situation import conseil_du_lancement, situation
from fanal.procedures.rules.etats import check_passage, check_permise, etat_apres_lots
from fanal.refus import Refus

JALONS = {"rediger": ("redaction",), "analyser": ("analyse",), "terminer": ("execution",)}


@transaction.atomic
def franchir(
    *,
    procedure: Procedure,
    code: str,
    le: date,
    verrou: int | None,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    date_lancement: date | None = None,
    date_limite: date | None = None,
    reduction: str = "",
) -> Procedure:
    """Take the act *code* on day *le*. Raises Refus with the sentence that forbids it.

    `lancer` needs `date_lancement`, and `date_limite` unless there is no competition; a shorter time
    (`reduction`: "preinformation", "urgence") needs a reason.
    """
    tenue = tenir(procedure, verrou)
    if code == "lancer":
        _check_lancement_dit(date_lancement, reduction, motif)
    vue = situation(tenue, le, date_lancement=date_lancement, date_limite=date_limite, reduction=reduction)
    passage = check_passage(code, vue, le=le, motif=motif)
    avant, tenue.etat = tenue.etat, passage.vers
    donnees: dict[str, object] = {"de": avant, "vers": passage.vers}
    if code == "lancer":
        tenue.date_lancement, tenue.date_limite_offres = date_lancement, date_limite
        tenue.conseil = conseil_du_lancement(tenue, date_lancement or le, reduction=reduction)
        check_permise(tenue.procedure, tenue.conseil.get("procedures", []), motif)
        donnees |= {"lancement": date_lancement, "limite": date_limite, "reduction": reduction}
        for jalon in ("publication", "candidatures", "offres"):
            realiser(tenue, jalon, date_lancement or le)
    if code == "rediger" and vue.recensement_ouvert is None:
        # No survey was held: its milestone is not late, it has no object.
        tenue.jalons.filter(code="recensement", realise_le=None).delete()
    for jalon in JALONS.get(code, ()):
        realiser(tenue, jalon, le)
    if passage.motif:
        tenue.motif_etat = motif.strip()
        tenue.lots.filter(issue=Lot.Issue.A_DECIDER).update(
            issue=Lot.Issue.INFRUCTUEUX if code == "infructueuse" else Lot.Issue.SANS_SUITE,
            motif=motif.strip(),
        )
    enregistrer(tenue, action=f"procedure.{code}", by=by, instant=instant, motif=motif, donnees=donnees)
    return tenue


def _check_lancement_dit(lancement: date | None, reduction: str, motif: str) -> None:
    if lancement is None:
        raise Refus("Indiquez le jour d'envoi de la consultation.")
    if reduction and not motif.strip():
        raise Refus("Un délai réduit se motive : écrivez le motif (urgence, avis de préinformation publié).")


def conclure_si_decidee(procedure: Procedure) -> str | None:
    """Give the procedure the state that its lots make, once all are decided; the caller saves it."""
    etat = etat_apres_lots([lot.issue for lot in procedure.lots.all()])
    if etat and procedure.etat == Procedure.Etat.ANALYSE:
        procedure.etat = etat
    return etat


@transaction.atomic
def relancer(
    *, procedure: Procedure, libelle: str, by: Utilisateur | None, instant: datetime, date_besoin: date | None
) -> Procedure:
    """A new procedure for the lots that found nobody, or for all of one classed without outcome.

    Lots keep their titles, estimates and criteria, numbered again. Raises Refus while nothing failed.
    """
    tenue = tenir(procedure)
    repris = list(tenue.lots.filter(issue__in=[Lot.Issue.INFRUCTUEUX, Lot.Issue.SANS_SUITE]))
    if not repris and tenue.etat not in {Procedure.Etat.INFRUCTUEUSE, Procedure.Etat.SANS_SUITE}:
        raise Refus("Aucun lot n'est infructueux ni sans suite : il n'y a rien à relancer.")
    if tenue.suites.exists():
        raise Refus("Une suite existe déjà pour cette procédure : ouvrez-la plutôt.")
    estimes = [lot.montant_estime_ht for lot in repris]
    partiel = len(repris) < tenue.lots.count()
    montant = tenue.montant_estime_ht
    if partiel:
        connus = [e for e in estimes if e is not None]
        montant = sum(connus, Decimal(0)) if len(connus) == len(estimes) else None
    suite = creer(
        ght=tenue.ght,
        intitule=f"{tenue.intitule} (relance)",
        nature_achat=tenue.nature_achat,
        code_cpv=tenue.code_cpv,
        famille=tenue.famille,
        montant_estime_ht=montant,
        date_besoin=date_besoin or tenue.date_besoin,
        remplace=tenue.remplace.all(),
        procedure=libelle,
        duree_mois=tenue.duree_mois,
        acheteur_fonction=tenue.acheteur_fonction,
        actions=tenue.actions.values_list("annee", "identifiant_action"),
        suite_de=tenue,
        by=by,
        instant=instant,
    )
    suite.motif_non_allotissement = tenue.motif_non_allotissement
    suite.save(update_fields=["motif_non_allotissement"])
    for numero, lot in enumerate(repris, 1):
        Lot.objects.create(
            procedure=suite,
            numero=numero,
            intitule=lot.intitule,
            code_cpv=lot.code_cpv,
            montant_estime_ht=lot.montant_estime_ht,
            maximum_ht=lot.maximum_ht,
            criteres=lot.criteres,
        )
    enregistrer(tenue, action="procedure.relancer", by=by, instant=instant, donnees={"suite": suite.numero})
    return suite
