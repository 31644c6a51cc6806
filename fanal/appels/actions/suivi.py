"""After the decision: what a kept project owes, its agreement, its payments, its milestones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Sum

from fanal.appels.compute.suivi import echeancier, replanifier
from fanal.appels.models import Appel, Attribution, Convention, Indicateur, Jalon, Versement
from fanal.appels.queries.appels import regles_de
from fanal.appels.rules.regles import Suivi
from fanal.appels.rules.suivi import (
    check_constat,
    check_convention,
    check_motif,
    check_papier,
    check_projet,
    check_reverser,
    check_versements,
)
from fanal.campagnes.actions.commun import lock, record
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.journal.rules import canonical_data
from fanal.parametres import valeur
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

SAISIR, DECIDER = "suivi.saisir", "suivi.decider"
TITRE_REFERENCE = "Valeurs de départ et cibles des indicateurs"


@dataclass(frozen=True)
class Echeance:
    """A payment to plan: its day, and either a share (any unit) or an amount in euros."""

    jour: date
    part: Decimal | None = None
    montant: Decimal | None = None


@transaction.atomic
def preparer(*, attribution: Attribution, instant: datetime) -> list[Jalon]:
    """Lay the milestones and the indicators of the call for a dossier granted for good; once only.

    Called in the transaction that makes the grant definitive. Returns the milestones laid.
    """
    dossier = attribution.dossier
    appel = dossier.campagne.appel
    suivi = regles_de(appel).suivi
    indicateurs(appel, suivi)
    if dossier.jalons.filter(genere=True).exists():
        return []
    depart = local_day(attribution.decidee_le)
    prevus = [*_etapes(suivi, attribution, depart), *_releves_prevus(suivi, depart)]
    poses = [
        Jalon(dossier=dossier, nature=nature, titre=titre[:160], prevu_le=jour, initial_le=jour, genere=True)
        for nature, titre, jour in prevus
    ]
    Jalon.objects.bulk_create(poses)
    noter(dossier, "suivi.preparer", None, instant, {"jalons": len(poses), "depart": depart})
    return poses


def _etapes(suivi: Suivi, attribution: Attribution, depart: date) -> Iterator[tuple[str, str, date]]:
    """The steps of a project: at the days it gave in its dossier, else so long after the decision."""
    reponse = getattr(attribution.version, "reponse", None)
    reponses = reponse.reponses if reponse else {}
    for j in suivi.jalons:
        if j.si and j.si not in attribution.options:
            continue
        jour = _jour_repondu(reponses.get(j.question)) if j.question else None
        if jour is not None or j.delai_jours or not j.question:
            yield Jalon.Nature.ETAPE, j.titre, jour or depart + timedelta(days=j.delai_jours)


def _jour_repondu(valeur_lue: Any) -> date | None:
    """A day as an answer holds it, None for a blank or what is no day."""
    try:
        return date.fromisoformat(str(valeur_lue)[:10])
    except ValueError:
        return None


def _releves_prevus(suivi: Suivi, depart: date) -> Iterator[tuple[str, str, date]]:
    """The due dates of the indicators: baseline and targets, then each measure."""
    if not suivi.indicateurs:
        return
    attente = int(valeur("appels.suivi.reference_jours", le=depart))
    yield Jalon.Nature.REFERENCE, TITRE_REFERENCE, depart + timedelta(days=attente)
    jours = suivi.releves_jours or valeur("appels.suivi.releves_jours", le=depart)
    for n in sorted({int(j) for j in jours}):
        yield Jalon.Nature.RELEVE, _titre_releve(n), depart + timedelta(days=n)


def _titre_releve(jours: int) -> str:
    annees, reste = divmod(jours, 365)
    if annees and not reste:
        return f"Relevé des indicateurs à {annees} an" + ("s" if annees > 1 else "")
    return f"Relevé des indicateurs à {jours} jours"


def indicateurs(appel: Appel, suivi: Suivi) -> list[Indicateur]:
    """The indicators of a call, made from its rules the first time."""
    return [
        Indicateur.objects.get_or_create(
            appel=appel,
            code=i.code,
            defaults={
                "titre": i.titre,
                "unite": i.unite,
                "sens": i.sens,
                "definition": i.definition,
                "a_confirmer": i.a_confirmer,
                "minimum": i.minimum,
                "maximum": i.maximum,
            },
        )[0]
        for i in suivi.indicateurs
    ]


@transaction.atomic
def signer(
    *,
    attribution: Attribution,
    signee_le: date,
    fin_le: date | None,
    reference: str,
    papier: Path | None,
    nom_fichier: str = "",
    by: Utilisateur | None,
    instant: datetime,
) -> Convention:
    """Record the agreement signed for a grant, its paper kept by hash. Raises Refus, Interdit."""
    tenue = tenir(attribution, by=by, instant=instant)
    le = local_day(instant)
    check_projet(tenue.statut)
    check_convention(
        existe=Convention.objects.filter(attribution=tenue).exists(),
        signee_le=signee_le,
        fin_le=fin_le,
        decidee_le=local_day(tenue.decidee_le),
        le=le,
    )
    original = None
    if papier is not None:
        with papier.open("rb") as flux:
            debut = flux.read(5)
        maximum = int(valeur("depots.limites.taille_octets", le=le))
        check_papier(nom=nom_fichier, debut=debut, taille=papier.stat().st_size, taille_max=maximum)
        original = keep_original(chemin=papier, empreinte=file_hash(papier))
    convention = Convention.objects.create(
        attribution=tenue,
        reference=reference.strip(),
        signee_le=signee_le,
        fin_le=fin_le,
        original=original,
        created_at=instant,
    )
    donnees = {
        "reference": convention.reference,
        "signee_le": signee_le,
        "fin_le": fin_le,
        "empreinte": original.empreinte if original else "",
    }
    noter(tenue.dossier, "suivi.signer", by, instant, donnees)
    return convention


@transaction.atomic
def planifier(
    *, convention: Convention, echeances: Sequence[Echeance], by: Utilisateur | None, instant: datetime
) -> list[Versement]:
    """Plan the payments not made yet, in place of those planned before.

    Shares divide what is left to pay, to the cent; amounts are taken as they are. Never more than granted,
    what was paid (and not paid back) included. Raises Refus, Interdit.
    """
    tenue = tenir(convention.attribution, by=by, instant=instant)
    check_projet(tenue.statut)
    verse = total_verse(convention)
    montants = _montants(echeances, tenue.montant - verse)
    check_versements(
        montants=montants,
        deja=verse,
        accorde=tenue.montant,
        jours=[e.jour for e in echeances],
        signee_le=convention.signee_le,
    )
    convention.versements.filter(verse_le=None).delete()
    planifies = [
        Versement.objects.create(convention=convention, prevu_le=e.jour, montant=m)
        for e, m in zip(echeances, montants, strict=True)
    ]
    donnees = {"versements": [[v.prevu_le, v.montant] for v in planifies]}
    noter(tenue.dossier, "suivi.planifier", by, instant, donnees)
    return planifies


def _montants(echeances: Sequence[Echeance], reste: Decimal) -> list[Decimal]:
    """The amounts of a schedule: all in shares, or all in euros. Raises Refus."""
    parts = [e.part for e in echeances if e.part is not None]
    if not parts:
        return [e.montant or Decimal(0) for e in echeances]
    if len(parts) < len(echeances):
        raise Refus("Donnez une part à chaque versement, ou un montant à chacun, sans mélanger les deux.")
    if any(p <= 0 for p in parts):
        raise Refus("La part d'un versement est un nombre positif, par exemple 30 et 70.")
    return echeancier(reste, parts)


@transaction.atomic
def constater(
    *, versement: Versement, jour: date, reference: str, by: Utilisateur | None, instant: datetime
) -> Versement:
    """Note that a planned payment was made, under the paying system's reference. Raises Refus, Interdit."""
    tenue = tenir(versement.convention.attribution, by=by, instant=instant)
    tenu = Versement.objects.select_for_update().get(pk=versement.pk)
    check_projet(tenue.statut)
    check_constat(
        verse_le=tenu.verse_le,
        jour=jour,
        signee_le=versement.convention.signee_le,
        le=local_day(instant),
        reference=reference,
    )
    tenu.verse_le, tenu.reference = jour, reference.strip()
    tenu.save(update_fields=["verse_le", "reference"])
    donnees = {"montant": tenu.montant, "verse_le": jour, "reference": tenu.reference}
    noter(tenue.dossier, "suivi.constater", by, instant, donnees)
    return tenu


@transaction.atomic
def reverser(
    *,
    versement: Versement,
    jour: date,
    reference: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Versement:
    """Note that a payment was paid back by the project, whole. Raises Refus, Interdit."""
    tenue = tenir(versement.convention.attribution, by=by, instant=instant)
    tenu = Versement.objects.select_for_update().get(pk=versement.pk)
    check_reverser(
        verse_le=tenu.verse_le,
        reverse_le=tenu.reverse_le,
        jour=jour,
        le=local_day(instant),
        reference=reference,
        motif=motif,
    )
    tenu.reverse_le, tenu.reference_reversement = jour, reference.strip()
    tenu.save(update_fields=["reverse_le", "reference_reversement"])
    donnees = {"montant": tenu.montant, "reverse_le": jour, "reference": reference.strip()}
    noter(tenue.dossier, "suivi.reverser", by, instant, donnees, motif)
    return tenu


def total_verse(convention: Convention | None) -> Decimal:
    """What was paid and not paid back, in euros."""
    if convention is None:
        return Decimal(0)
    faits = convention.versements.exclude(verse_le=None).filter(reverse_le=None)
    return faits.aggregate(s=Sum("montant"))["s"] or Decimal(0)


def ramener(convention: Convention, accorde: Decimal) -> None:
    """Bring the payments still to make under a new granted amount, in proportion. Inside a transaction."""
    a_faire = list(convention.versements.filter(verse_le=None))
    nouveaux = replanifier(accorde - total_verse(convention), [v.montant for v in a_faire])
    for versement, montant in zip(a_faire, nouveaux, strict=True):
        if montant <= 0:
            versement.delete()
        elif montant != versement.montant:
            versement.montant = montant
            versement.save(update_fields=["montant"])


@transaction.atomic
def changer_fin(
    *, convention: Convention, fin_le: date, motif: str, by: Utilisateur | None, instant: datetime
) -> Convention:
    """Correct the end of an agreement, with a reason. Raises Refus, Interdit."""
    tenue = tenir(convention.attribution, by=by, instant=instant)
    check_motif(motif, "Dites pourquoi la fin de la convention change.")
    if fin_le <= convention.signee_le:
        raise Refus("La fin de la convention vient après sa signature. Vérifiez la date.")
    avant = convention.fin_le
    convention.fin_le = fin_le
    convention.save(update_fields=["fin_le"])
    noter(tenue.dossier, "suivi.changer_fin", by, instant, {"avant": avant, "apres": fin_le}, motif)
    return convention


def tenir(attribution: Attribution, *, by: Utilisateur | None, instant: datetime) -> Attribution:
    """The grant, locked, for an act of those who decide on the call. Raises Interdit."""
    tenue = (
        Attribution.objects.select_for_update(of=("self",))
        .select_related("dossier__campagne__appel", "enveloppe")
        .get(pk=attribution.pk)
    )
    check_droit(by, DECIDER, Noeud.de(tenue.dossier.campagne.appel), instant)
    return tenue


def projet(dossier: Dossier, *, by: Utilisateur | None, instant: datetime) -> Dossier:
    """The dossier, locked, for an act of the project itself, granted for good. Raises Refus, Interdit."""
    tenu = lock(dossier)
    check_droit(by, SAISIR, Noeud.de(tenu), instant)
    check_projet("definitive" if attribution_de(tenu) else "")
    return tenu


def attribution_de(dossier: Dossier) -> Attribution | None:
    """The definitive grant of a dossier, if it has one."""
    return dossier.attributions.filter(statut=Attribution.Statut.DEFINITIVE).order_by("pk").first()


def fin_de(dossier: Dossier) -> date | None:
    """The end of a project: that of its agreement, moved by the delays granted since."""
    convention = Convention.objects.filter(attribution__dossier=dossier).order_by("pk").last()
    return convention.fin_le if convention else None


def noter(
    dossier: Dossier,
    action: str,
    by: Utilisateur | None,
    instant: datetime,
    donnees: Mapping[str, Any],
    motif: str = "",
) -> None:
    """Put an act on a project in the journal, in the caller's transaction."""
    record(
        campagne=dossier.campagne,
        action=action,
        objet=dossier,
        by=by,
        instant=instant,
        motif=motif,
        donnees=canonical_data(donnees),
    )
