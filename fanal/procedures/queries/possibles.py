"""What can be done now with a procedure, and why not."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from fanal.procedures.models import Lot, Procedure, Recensement
from fanal.procedures.queries.situation import situation
from fanal.procedures.rules.etats import EN_COURS, PASSAGES, Situation, check_passage
from fanal.refus import Refus


@dataclass(frozen=True)
class Possible:
    """An act: its verb, its page, whether it can be done, else why not."""

    titre: str
    url: str
    possible: bool = True
    phrase: str = ""
    principal: bool = False


def possibles(procedure: Procedure, le: date, *, gerer: bool) -> list[Possible]:
    """The acts of the state, the one that leads on first; the reason beside each that cannot be done."""
    s = situation(procedure, le)
    trouves = [*_recensement(procedure, s), *_passages(procedure, s, le), *_lots(procedure)]
    if procedure.etat in {"infructueuse", "sans_suite"} or _lots_sans_preneur(procedure):
        url = reverse("procedures:relancer", args=[procedure.pk])
        trouves.append(
            Possible("Relancer une consultation", url, not procedure.suites.exists(), _suite(procedure))
        )
    if gerer:
        return trouves
    raison = "Cet acte revient aux acheteurs du GHT."
    return [Possible(p.titre, p.url, False, raison, p.principal) for p in trouves]


def _suite(procedure: Procedure) -> str:
    suite = procedure.suites.first()
    return f"La suite existe : {suite.numero}." if suite else ""


def _recensement(procedure: Procedure, s: Situation) -> list[Possible]:
    recensement = Recensement.objects.filter(procedure=procedure).first()
    if procedure.etat == "planifiee" and recensement is None:
        url = reverse("procedures:ouvrir_recensement", args=[procedure.pk])
        return [Possible("Recenser les besoins", url, principal=True)]
    if recensement is not None and s.recensement_ouvert:
        url = reverse("procedures:fermer_recensement", args=[procedure.pk])
        return [Possible("Fermer le recensement", url, principal=True)]
    if recensement is not None and procedure.etat == "recensement":
        url = reverse("procedures:rouvrir_recensement", args=[procedure.pk])
        return [Possible("Rouvrir le recensement", url)]
    return []


def _passages(procedure: Procedure, s: Situation, le: date) -> list[Possible]:
    trouves = []
    for passage in PASSAGES.values():
        if procedure.etat not in passage.de:
            continue
        url = reverse("procedures:franchir", args=[procedure.pk, passage.code])
        try:
            check_passage(passage.code, s, le=le, motif=None)
        except Refus as refus:
            trouves.append(Possible(passage.titre, url, False, refus.phrase))
        else:
            trouves.append(Possible(passage.titre, url, principal=not passage.motif))
    return trouves


def _lots(procedure: Procedure) -> list[Possible]:
    """During the analysis: the lots that wait for a decision or a signature."""
    if procedure.etat != Procedure.Etat.ANALYSE:
        return []
    trouves = []
    for lot in procedure.lots.all():
        if lot.issue == Lot.Issue.A_DECIDER:
            url = reverse("procedures:offres", args=[procedure.pk, lot.numero])
            trouves.append(Possible(f"Analyser le lot {lot.numero}", url, principal=True))
        elif lot.issue == Lot.Issue.CHOISI:
            url = reverse("procedures:signer", args=[procedure.pk, lot.numero])
            trouves.append(Possible(f"Signer le marché du lot {lot.numero}", url, principal=True))
    return trouves


def _lots_sans_preneur(procedure: Procedure) -> bool:
    return procedure.etat not in EN_COURS and any(
        lot.issue in {Lot.Issue.INFRUCTUEUX, Lot.Issue.SANS_SUITE} for lot in procedure.lots.all()
    )
