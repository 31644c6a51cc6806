"""Keeping a proposal creates the procedure and the action of the plan; setting it aside keeps why."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from fanal.campagnes.actions.correction import commencer, completer
from fanal.comptes.models import Utilisateur
from fanal.convergence.models import Proposition
from fanal.convergence.queries.decisions import Effets, deja_remplaces, effets, figee
from fanal.convergence.queries.plan import FORMAT, Place, finess_du_support, ligne_paat, place_au_plan
from fanal.convergence.queries.propositions import segment
from fanal.convergence.rules.decisions import (
    check_a_inscrire,
    check_a_jour,
    check_depart,
    check_libres,
    check_marches,
    check_motif,
)
from fanal.journal.actions import inscrire
from fanal.marches.models import Marche
from fanal.procedures.actions.liens import lier_action
from fanal.procedures.actions.procedures import creer
from fanal.refus import Refus
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import Noeud

MOTIF_PLAN = "Action créée par une proposition de convergence retenue."
INSCRITE, A_CREER = "inscrite", "a_creer"
SANS_CAMPAGNE = (
    "Aucune campagne du plan d'actions achat n'est ouverte pour {annees} : l'action reste à créer. Elle est "
    "prête ; inscrivez-la dès que la campagne ouvre."
)
SANS_DROIT = (
    "Votre compte ne dépose pas la trame du plan d'actions achat : l'action reste à créer par une personne "
    "qui la dépose."
)


@transaction.atomic
def retenir(
    *,
    ght: Ght,
    cle: str,
    depart: date,
    vue: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    avec_prix: bool = True,
    au_plan: bool = True,
) -> Proposition:
    """Keep the cheapest proposition of *depart* for the segment *cle* of a GHT.

    *vue* is the hash shown in the preview. Creates the procedure that renews the contracts which join, keeps
    the proposition frozen, and writes the action in the plan if *au_plan* (the account deposits it).
    Raises Refus: no reason given, contracts changed since, one of them already being renewed, too early.
    """
    check_motif(motif)
    # One decision at a time in a GHT: two people keeping at once do not replace a contract twice.
    Ght.objects.select_for_update().get(pk=ght.pk)
    found = _effets(ght, cle, depart, vue, instant, avec_prix)
    check_depart(depart, found.premier)
    check_marches(len(found.rejoignent))
    check_libres(deja_remplaces(found.rejoignent))
    proposition = _garder(ght, found, Proposition.Statut.ACCEPTEE, motif, by, instant)
    proposition.procedure = creer(
        ght=ght,
        intitule=found.intitule,
        nature_achat=found.nature_achat,
        code_cpv=found.code_cpv,
        famille=found.famille,
        montant_estime_ht=found.montant_estime_ht,
        date_besoin=depart,
        duree_mois=found.duree_mois,
        remplace=Marche.objects.filter(pk__in=[f.connu.pk for f in found.rejoignent]).order_by("pk"),
        by=by,
        instant=instant,
    )
    proposition.donnees["action"] = _action(proposition, found, instant)
    proposition.save(update_fields=["procedure", "donnees"])
    donnees = {
        "segment": proposition.segment,
        "depart": depart,
        "cout_ht": proposition.cout_ht,
        "empreinte": proposition.empreinte,
        "procedure": proposition.procedure.numero,
        "marches": [f.connu.identifiant for f in found.rejoignent],
    }
    inscrire(
        action="convergence.retenir",
        objet=proposition,
        by=by,
        instant=instant,
        motif=motif,
        donnees=donnees,
    )
    _au_plan(proposition, by, instant, permis=au_plan)
    return proposition


@transaction.atomic
def ecarter(
    *,
    ght: Ght,
    cle: str,
    depart: date,
    vue: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    avec_prix: bool = True,
) -> Proposition:
    """Set the proposition of *depart* aside and keep why. Raises Refus: no reason, contracts changed."""
    check_motif(motif)
    found = _effets(ght, cle, depart, vue, instant, avec_prix)
    proposition = _garder(ght, found, Proposition.Statut.ECARTEE, motif, by, instant)
    inscrire(
        action="convergence.ecarter",
        objet=proposition,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"segment": proposition.segment, "depart": depart, "cout_ht": proposition.cout_ht},
    )
    return proposition


@transaction.atomic
def inscrire_au_plan(*, proposition: Proposition, by: Utilisateur | None, instant: datetime) -> Proposition:
    """Write in the plan the action that could not be written when the proposal was kept.

    Raises Refus: already written, no open campaign, or what the deposit raises.
    """
    rows = Proposition.objects.select_for_update(of=("self",)).select_related("ght", "procedure")
    held = rows.get(pk=proposition.pk)
    action = held.donnees.get("action", {})
    if held.procedure is None or not action:
        raise Refus("Cette proposition n'a pas été retenue : elle n'a pas d'action à inscrire.")
    check_a_inscrire(action["etat"])
    _au_plan(held, by, instant, permis=True)
    if held.donnees["action"]["etat"] != INSCRITE:
        raise Refus(held.donnees["action"]["raison"])
    inscrire(
        action="convergence.inscrire",
        objet=held,
        by=by,
        instant=instant,
        donnees={"action": action["ligne"]["identifiant"], "annee": action["annee"]},
    )
    return held


def _effets(ght: Ght, cle: str, depart: date, vue: str, instant: datetime, avec_prix: bool) -> Effets:
    le = timezone.localdate(instant)
    found = effets(segment(ght, le, cle, avec_prix=avec_prix), depart)
    check_a_jour(vue, found.empreinte)
    return found


def _garder(
    ght: Ght, found: Effets, statut: str, motif: str, by: Utilisateur | None, instant: datetime
) -> Proposition:
    return Proposition.objects.create(
        ght=ght,
        segment=found.segment.cle,
        depart=found.proposition.depart,
        cout_ht=_euros(found.proposition.cout),
        optimale=found.proposition.optimal,
        donnees=figee(found),
        empreinte=found.empreinte,
        statut=statut,
        motif=motif.strip(),
        auteur=by,
        created_at=instant,
        decidee_le=instant,
    )


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _action(proposition: Proposition, found: Effets, instant: datetime) -> dict[str, Any]:
    """The line of the plan, ready to be written."""
    le = timezone.localdate(instant)
    numero = proposition.procedure.numero if proposition.procedure else ""
    places = len({e for f in found.rejoignent for e in f.connu.etablissements})
    ligne = ligne_paat(
        identifiant=f"CONV-{proposition.pk}",
        finess=finess_du_support(proposition.ght, le),
        intitule=found.intitule,
        depart=proposition.depart,
        explication=(
            f"Convergence de {len(found.rejoignent)} marchés de {places} établissements au "
            f"{proposition.depart:%d/%m/%Y}, procédure {numero}. Gain à chiffrer TTC après la consultation."
        ),
    )
    return {"etat": A_CREER, "ligne": ligne, "raison": ""}


def _au_plan(proposition: Proposition, by: Utilisateur | None, instant: datetime, *, permis: bool) -> None:
    """Write the action in the plan, or keep why it could not be; the decision itself stands."""
    action, le = proposition.donnees["action"], timezone.localdate(instant)
    place = place_au_plan(proposition.ght, proposition.depart, le)
    if not permis:
        action["raison"] = SANS_DROIT
    elif place is None:
        annees = sorted({le.year, proposition.depart.year})
        action["raison"] = SANS_CAMPAGNE.format(annees=" et ".join(str(a) for a in annees))
    else:
        _tenter(proposition, place, by, instant)
    proposition.save(update_fields=["donnees"])


def _tenter(proposition: Proposition, place: Place, by: Utilisateur | None, instant: datetime) -> None:
    action = proposition.donnees["action"]
    try:
        with transaction.atomic():
            _deposer(proposition, place, by, instant)
    except Refus as refus:
        action["raison"] = f"L'action reste à créer dans le plan {place.campagne.annee}. {refus.phrase}"
        return
    action |= {"etat": INSCRITE, "raison": "", "annee": place.campagne.annee}


def _deposer(proposition: Proposition, place: Place, by: Utilisateur | None, instant: datetime) -> None:
    """A new version of the trame with one more line, as any correction; then the link to the procedure."""
    ligne = proposition.donnees["action"]["ligne"]
    if place.version is not None:
        completer(version=place.version, lignes=[ligne], by=by, instant=instant, motif=MOTIF_PLAN)
    else:
        commencer(
            campagne=place.campagne,
            format=FORMAT,
            noeud=Noeud(Niveau.GHT, proposition.ght),
            lignes=[ligne],
            by=by,
            instant=instant,
            motif=MOTIF_PLAN,
        )
    assert proposition.procedure is not None  # noqa: S101 - a kept proposal has its procedure
    lier_action(
        procedure=proposition.procedure,
        annee=place.campagne.annee,
        identifiant=ligne["identifiant"],
        by=by,
        instant=instant,
    )
