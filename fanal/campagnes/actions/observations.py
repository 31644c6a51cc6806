"""The right of reply: observations asked from the respondent, and its answers."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from fanal.campagnes import rules, tasks
from fanal.campagnes.actions.commun import lock, record
from fanal.campagnes.models import Dossier, Observation
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.queries.lignes import decisions_du_dossier, observations_ouvertes, porte_encore
from fanal.campagnes.temps import add_days, local_day
from fanal.comptes.models import Utilisateur
from fanal.territoires.noeuds import Noeud


@transaction.atomic
def demander(
    *,
    dossier: Dossier,
    demandes: Mapping[str, str],
    by: Utilisateur | None,
    instant: datetime,
    echeance: date | None = None,
) -> list[Observation]:
    """Ask for observations, `{cle: texte}`; an empty key is the whole dossier. The respondent gets an e-mail.

    *echeance* is the last day to answer, included; without it, the campaign's delay counts from the day
    after. Raises Refus outside control, on an unknown line, or when a request on the line already waits.
    """
    dossier = lock(dossier)
    reception = reception_de(dossier)
    check_droit(by, reception.permission_decision, Noeud.de(dossier), instant)
    version = rules.check_deposee(dossier.version_courante)
    jour = local_day(instant)
    echeance = echeance or add_days(jour, dossier.campagne.delai_reponse_jours)
    rules.check_demandes(reception.etape(dossier.etape), demandes, version.lignes)
    rules.check_echeance(echeance, jour)
    for ouverte in observations_ouvertes(dossier, jour):
        rules.check_pas_deja_demandee(ouverte.cle, ouverte.echeance, demandes)
    observations = Observation.objects.bulk_create(
        Observation(
            dossier=dossier,
            version=version,
            cle=cle,
            empreinte=version.lignes.get(cle, version.empreinte),
            demande=texte.strip(),
            auteur=by,
            demandee_le=instant,
            echeance=echeance,
        )
        for cle, texte in demandes.items()
    )
    record(
        campagne=dossier.campagne,
        action="dossier.observations",
        objet=dossier,
        by=by,
        instant=instant,
        donnees={"lignes": sorted(demandes), "echeance": echeance.isoformat(), "version": version.numero},
    )
    tasks.annoncer_observations.enqueue(dossier.pk, len(observations), echeance.isoformat())
    return observations


@transaction.atomic
def repondre(
    *, observation: Observation, reponse: str, by: Utilisateur | None, instant: datetime
) -> Observation:
    """Answer a request. Kept after the due day too, as long as the line is neither decided nor corrected."""
    dossier = lock(observation.dossier)
    observation = dossier.observations.get(pk=observation.pk)
    check_droit(by, reception_de(dossier).permission_reponse, Noeud.de(dossier), instant)
    version = rules.check_deposee(dossier.version_courante)
    prise = decisions_du_dossier(dossier).get(observation.cle)
    rules.check_reponse(
        reponse=reponse,
        repondu_le=observation.repondu_le,
        courante=porte_encore(observation, version.lignes),
        # A request made on a decided line reopens the discussion; a decision taken since ends it.
        decidee=prise is not None and prise.prise_le > observation.demandee_le,
    )
    observation.reponse = reponse.strip()
    observation.repondant = by
    observation.repondu_le = instant
    observation.save(update_fields=["reponse", "repondant", "repondu_le"])
    record(
        campagne=dossier.campagne,
        action="dossier.reponse",
        objet=dossier,
        by=by,
        instant=instant,
        donnees={"observation": observation.pk, "ligne": observation.cle},
    )
    return observation
