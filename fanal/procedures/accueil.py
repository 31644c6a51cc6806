"""What the home page says of procedures: needs to answer, milestones due, contracts to sign."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache
from fanal.procedures.actions.attribution import premiere_signature
from fanal.procedures.models import Jalon, Lot, ReponseRecensement
from fanal.procedures.rules.etats import EN_COURS
from fanal.refus import Refus

PROCHE = timedelta(days=15)
LISTE_MAX = 12


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """The tasks of *user* in the procedures."""
    repondre = perimetre(user, "besoin.saisir", today)
    if not repondre.vide and not repondre.national:
        yield from _besoins(repondre, today)
    gerer = perimetre(user, "procedure.gerer", today)
    if gerer.ghts:
        yield from _jalons(gerer, today)
        yield from _signatures(gerer, today)


def _besoins(vu: Perimetre, today: date) -> Iterator[Tache]:
    """Surveys that await an establishment of the account; GHT accounts see theirs as buyers instead."""
    attendus = ReponseRecensement.objects.filter(
        etablissement__in=vu.etablissements, repondu_le=None, recensement__clos_le=None
    )
    attendus = attendus.exclude(recensement__procedure__ght__in=vu.ghts)
    for r in attendus.select_related("recensement__procedure", "etablissement")[:LISTE_MAX]:
        echeance, p = r.recensement.echeance, r.recensement.procedure
        yield Tache(
            f"Répondre au recensement : {p.intitule}",
            f"{r.etablissement.nom} : aucun besoin n'a encore été transmis.",
            reverse("procedures:repondre", args=[p.pk, r.etablissement.finess]),
            echeance,
            "en_retard" if echeance < today else "du",
        )


def _jalons(gerer: Perimetre, today: date) -> Iterator[Tache]:
    """One task per procedure: its first milestone that is late or near."""
    dus = Jalon.objects.filter(
        Q(prevu_le__lte=today + PROCHE),
        procedure__ght__in=gerer.ghts,
        procedure__etat__in=EN_COURS,
        realise_le=None,
    ).order_by("prevu_le", "ordre")
    vues: set[int] = set()
    for jalon in dus.select_related("procedure"):
        if jalon.procedure_id in vues:
            continue
        vues.add(jalon.procedure_id)
        if len(vues) > LISTE_MAX:
            return
        yield Tache(
            f"{jalon.titre} : {jalon.procedure.intitule}",
            f"Procédure {jalon.procedure.numero}, jalon prévu le {jalon.prevu_le:%d/%m/%Y}.",
            reverse("procedures:procedure", args=[jalon.procedure_id]),
            jalon.prevu_le,
            "en_retard" if jalon.prevu_le < today else "du",
        )


def _signatures(gerer: Perimetre, today: date) -> Iterator[Tache]:
    """Lots whose contract may be signed: the standstill period is over."""
    lots = Lot.objects.filter(
        procedure__ght__in=gerer.ghts, issue=Lot.Issue.CHOISI, procedure__etat="analyse"
    )
    for lot in lots.select_related("procedure")[:LISTE_MAX]:
        try:
            possible = premiere_signature(lot, today)
        except Refus:
            phrase = "Les lettres de rejet ne sont pas datées : la suspension n'a pas commencé."
            url = reverse("procedures:rejets", args=[lot.procedure_id, lot.numero])
            yield Tache(f"Envoyer les rejets : {lot.procedure.intitule}, lot {lot.numero}", phrase, url)
            continue
        if possible is None or possible <= today:
            yield Tache(
                f"Signer le marché : {lot.procedure.intitule}, lot {lot.numero}",
                "L'attributaire est choisi et le délai de suspension est passé.",
                reverse("procedures:signer", args=[lot.procedure_id, lot.numero]),
                possible,
            )
