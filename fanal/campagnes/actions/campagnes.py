"""Opening a campaign, moving its windows, inviting its respondents."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from fanal.campagnes import registre, rules
from fanal.campagnes.actions.commun import record
from fanal.campagnes.fenetres import delai_reponse_jours, fenetres_par_defaut
from fanal.campagnes.models import Campagne, Repondant
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus
from fanal.territoires.noeuds import NATIONAL, Noeud


def _code(type_campagne: str, annee: int, periode: str) -> str:
    return "-".join(filter(None, [type_campagne, str(annee), periode]))


def _titre(genre: registre.TypeCampagne, annee: int, periode: str) -> str:
    return " ".join(filter(None, [genre.titre, str(annee), genre.titres_periodes.get(periode, periode)]))


@transaction.atomic
def ouvrir(
    *,
    type_campagne: str,
    annee: int,
    periode: str,
    ouverture: datetime,
    cloture: datetime,
    correction_jusqu_au: datetime,
    by: Utilisateur | None,
    instant: datetime,
    delai_reponse: int | None = None,
    demonstration: bool = False,
    identite: tuple[str, str] | None = None,
    organisateur: tuple[str, Noeud] = ("campagne.gerer", NATIONAL),
    **reglages: Any,
) -> Campagne:
    """Open the campaign of a type, a year and a period; `reglages` are kept for the type.

    `identite` is a code and a title of its own, for a type that has many campaigns a year; `organisateur`
    the permission asked and the node where it is held. Raises Refus when the campaign exists already or its
    dates do not follow each other, Interdit without that permission.
    """
    genre = registre.obtenir(type_campagne)
    check_droit(by, *organisateur, instant)
    rules.check_periode(genre.titre, genre.periodes, periode)
    rules.check_fenetres(ouverture, cloture, correction_jusqu_au)
    code, titre = identite or (_code(type_campagne, annee, periode), _titre(genre, annee, periode))
    if Campagne.objects.filter(code=code).exists():
        raise Refus(f"La campagne « {titre} » existe déjà. Ouvrez-la pour changer ses dates.")
    jours = delai_reponse_jours(local_day(instant)) if delai_reponse is None else delai_reponse
    campagne = Campagne.objects.create(
        type_campagne=type_campagne,
        code=code,
        titre=titre,
        annee=annee,
        periode=periode,
        ouverture=ouverture,
        cloture=cloture,
        correction_jusqu_au=correction_jusqu_au,
        delai_reponse_jours=jours,
        reglages=reglages,
        demonstration=demonstration,
    )
    dates = {"ouverture": ouverture, "cloture": cloture, "correction_jusqu_au": correction_jusqu_au}
    record(
        campagne=campagne,
        action="campagne.ouvrir",
        objet=campagne,
        by=by,
        instant=instant,
        donnees={nom: d.isoformat() for nom, d in dates.items()},
    )
    return campagne


@transaction.atomic
def obtenir_ou_ouvrir(
    *, type_campagne: str, annee: int, periode: str, by: Utilisateur | None, instant: datetime
) -> Campagne:
    """The campaign of a type, a year and a period, opened with the default windows if there is none yet.

    Opened before its default opening, it opens now: a deposit that calls for it is not refused for being
    early.
    """
    genre = registre.obtenir(type_campagne)
    rules.check_periode(genre.titre, genre.periodes, periode)
    code = _code(type_campagne, annee, periode)
    connue = Campagne.objects.filter(code=code).first()
    if connue is not None:
        return connue
    ouverture, cloture, correction = fenetres_par_defaut(annee, periode)
    try:
        with transaction.atomic():
            return ouvrir(
                type_campagne=type_campagne,
                annee=annee,
                periode=periode,
                ouverture=min(ouverture, instant.replace(microsecond=0)),
                cloture=cloture,
                correction_jusqu_au=correction,
                by=by,
                instant=instant,
            )
    except IntegrityError:  # another writer has just opened it
        return Campagne.objects.get(code=code)


@transaction.atomic
def regler(
    *,
    campagne: Campagne,
    ouverture: datetime,
    cloture: datetime,
    correction_jusqu_au: datetime,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    organisateur: tuple[str, Noeud] = ("campagne.gerer", NATIONAL),
) -> Campagne:
    """Move the windows of a campaign, with a reason. Late marks already given stay: they are facts of their
    day.
    """
    check_droit(by, *organisateur, instant)
    rules.check_fenetres(ouverture, cloture, correction_jusqu_au)
    rules.check_motif(motif)
    campagne = Campagne.objects.select_for_update().get(pk=campagne.pk)
    nouvelles = {"ouverture": ouverture, "cloture": cloture, "correction_jusqu_au": correction_jusqu_au}
    donnees = {n: [getattr(campagne, n).isoformat(), d.isoformat()] for n, d in nouvelles.items()}
    for nom, valeur in nouvelles.items():
        setattr(campagne, nom, valeur)
    campagne.save(update_fields=list(nouvelles))
    record(
        campagne=campagne,
        action="campagne.regler",
        objet=campagne,
        by=by,
        instant=instant,
        motif=motif,
        donnees=donnees,
    )
    campagne.refresh_from_db()
    return campagne


@transaction.atomic
def inviter(
    *,
    campagne: Campagne,
    format: str,
    noeuds: Iterable[Noeud],
    by: Utilisateur | None,
    instant: datetime,
    organisateur: tuple[str, Noeud] = ("campagne.gerer", NATIONAL),
) -> list[Repondant]:
    """Expect an answer in *format* from each node; those already invited stay. Returns the new ones."""
    check_droit(by, *organisateur, instant)
    reception = registre.obtenir(campagne.type_campagne).reception(format)
    invites: list[Repondant] = []
    for noeud in noeuds:
        rules.check_niveau(reception, campagne.titre, noeud.niveau)
        repondant, nouveau = Repondant.objects.get_or_create(
            campagne=campagne, format=format, **noeud.champs()
        )
        if nouveau:
            invites.append(repondant)
    if invites:
        record(
            campagne=campagne,
            action="campagne.inviter",
            objet=campagne,
            by=by,
            instant=instant,
            donnees={
                "format": format,
                "noeuds": [f"{n.niveau}:{n.noeud.pk if n.noeud else 0}" for n in invites],
            },
        )
    return invites
