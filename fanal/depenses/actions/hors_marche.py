"""Deciding on purchases off contract, several groups at once, with one reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from fanal.campagnes.canonique import sha256
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.comptes.rules import check_permission
from fanal.depenses.models import SuiviHorsMarche
from fanal.depenses.queries.hors_marche import Achats, Cle, suivis
from fanal.depenses.queries.hors_marche_propositions import dates_de
from fanal.depenses.rules.hors_marche import RATTACHE, check_decision, check_rattachement, check_verrou
from fanal.journal.actions import inscrire_lot
from fanal.marches.queries.hors_marche import NON_NOTIFIES
from fanal.marches.queries.portee import marches_visibles
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Niveau
from fanal.territoires.noeuds import Noeud

DECIDER = "depense.decider"


def empreinte(groupes: Sequence[Achats], connus: Mapping[Cle, SuiviHorsMarche]) -> str:
    """What changes as soon as one of these groups gets a decision or a line."""
    return sha256(
        [
            [
                g.cle.jeton,
                str(g.montant_ht),
                g.lignes,
                str(connus[g.cle].updated_at) if g.cle in connus else "",
            ]
            for g in sorted(groupes, key=lambda g: g.cle)
        ]
    )


def decider(
    *,
    groupes: Sequence[Achats],
    statut: str,
    marches: Mapping[Cle, int],
    motif: str,
    attendu: str,
    by: Utilisateur | None,
    instant: datetime,
) -> list[SuiviHorsMarche]:
    """Write one decision per group. *marches*: the contract of each, when they are attached to one.

    *attendu*: the `empreinte` that the person read. Raises `Refus`, `Interdit`; then nothing is written.
    """
    check_decision(statut, motif, len(groupes))
    today = local_day(instant)
    with transaction.atomic():
        # Two people deciding at once write one after the other: the second is told.
        wanted = sorted({g.cle.finess for g in groupes})
        rows = Etablissement.objects.select_for_update().filter(finess__in=wanted).order_by("pk")
        places = {place.finess: place for place in rows}
        held = perimetre(by, DECIDER, today)
        for place in places.values():
            check_permission(held, Noeud(Niveau.ETABLISSEMENT, place), DECIDER)
        known = _connus(groupes)
        check_verrou(attendu, empreinte(groupes, known))
        if statut == RATTACHE:
            _check_marches(groupes, marches, by, instant)
        written = [
            _ecrire(g, known.get(g.cle), places[g.cle.finess], statut, marches, motif, by, instant)
            for g in groupes
        ]
        inscrire_lot(
            action="hors_marche.decider",
            objets=[(row, donnees) for row, donnees in written],
            by=by,
            instant=instant,
            motif=motif.strip(),
        )
    return [row for row, _ in written]


def _connus(groupes: Sequence[Achats]) -> dict[Cle, SuiviHorsMarche]:
    found: dict[Cle, SuiviHorsMarche] = {}
    for year in {g.cle.annee for g in groupes}:
        found |= suivis(year, {g.cle.finess for g in groupes})
    return found


def _check_marches(
    groupes: Sequence[Achats], marches: Mapping[Cle, int], by: Utilisateur | None, instant: datetime
) -> None:
    """Each group has a contract that the account sees, notified, which ran on some day of its purchases."""
    if any(g.cle not in marches for g in groupes):
        raise Refus("Un des groupes n'a pas de marché : donnez-en le numéro, ou décochez-le.")
    seen = perimetre(by, "marche.voir", local_day(instant))
    open_ = marches_visibles(seen).filter(pk__in=set(marches.values())).exclude(etat__in=NON_NOTIFIES)
    if open_.distinct().count() != len({marches[g.cle] for g in groupes}):
        raise Refus("Un des marchés choisis n'est pas notifié, ou pas visible de votre compte.")
    dates = dates_de(marches.values())
    for g in groupes:
        check_rattachement(*dates[marches[g.cle]], g.premiere, g.derniere)


def _ecrire(
    group: Achats,
    known: SuiviHorsMarche | None,
    place: Etablissement,
    statut: str,
    marches: Mapping[Cle, int],
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> tuple[SuiviHorsMarche, dict[str, object]]:
    before = known.statut if known else SuiviHorsMarche.Statut.A_TRAITER
    row, _ = SuiviHorsMarche.objects.update_or_create(
        etablissement=place,
        annee=group.cle.annee,
        siret_fournisseur=group.cle.siret,
        famille=group.cle.famille,
        numero_recu=group.cle.numero,
        defaults={
            "statut": statut,
            "marche_id": marches.get(group.cle) if statut == RATTACHE else None,
            "motif": motif.strip(),
            "auteur": by,
            "updated_at": instant,
        },
    )
    return row, {
        "avant": SuiviHorsMarche.Statut(before).label,
        "decision": SuiviHorsMarche.Statut(statut).label,
        "marche": row.marche.identifiant if row.marche else "",
        "montant_ht": f"{group.montant_ht:.2f}",
        "lignes": group.lignes,
    }
