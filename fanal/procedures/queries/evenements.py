"""The dated things that a person may see: milestones, deadlines, ends and notice dates of contracts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.marches.models import Marche
from fanal.marches.queries.etat import vies
from fanal.marches.queries.portee import marches_visibles
from fanal.procedures.models import Jalon, Procedure, Recensement
from fanal.procedures.queries.portee import procedures_visibles
from fanal.procedures.rules.etats import EN_COURS
from fanal.territoires.models import Niveau

# A national or regional account watches, it does not run: contracts would flood its calendar.
MARCHES_MAX = 3000


@dataclass(frozen=True)
class Evenement:
    """One day of the calendar. `cle` is stable; `genre`: "jalon", "recensement", "offres", "preavis", "fin".

    `fait`: it is behind. `modifie`: when what it tells was last written.
    """

    cle: str
    genre: str
    titre: str
    le: date
    phrase: str
    url: str
    modifie: datetime
    fait: bool = False


def evenements(user: Utilisateur, du: date, au: date, le: date) -> list[Evenement]:
    """What the person may see between two days, both included, seen on day *le*; in order."""
    vu = perimetre(user, "marche.voir", le)
    if vu.vide:
        return []
    trouves = [*_jalons(vu, du, au), *_recensements(vu, du, au), *_offres(vu, du, au)]
    trouves += _contrats(vu, du, au, le)
    return sorted(trouves, key=lambda e: (e.le, e.genre, e.titre, e.cle))


def _adresse(procedure: Procedure) -> str:
    return reverse("procedures:procedure", args=[procedure.pk])


def _vivantes(vu: Perimetre) -> Q:
    return Q(procedure__in=procedures_visibles(vu).filter(etat__in=[*EN_COURS, "attribuee"]))


def _jalons(vu: Perimetre, du: date, au: date) -> Iterator[Evenement]:
    jalons = Jalon.objects.filter(_vivantes(vu), prevu_le__range=(du, au)).select_related("procedure")
    for j in jalons:
        fait = f"Fait le {j.realise_le:%d/%m/%Y}." if j.realise_le else "À faire."
        yield Evenement(
            f"jalon-{j.procedure_id}-{j.code}",
            "jalon",
            f"{j.titre} : {j.procedure.intitule}",
            j.prevu_le,
            f"Procédure {j.procedure.numero}. {fait} {j.source}".strip(),
            _adresse(j.procedure),
            j.procedure.updated_at,
            j.realise_le is not None,
        )


def _recensements(vu: Perimetre, du: date, au: date) -> Iterator[Evenement]:
    ouverts = Recensement.objects.filter(_vivantes(vu), echeance__range=(du, au), clos_le=None)
    for r in ouverts.select_related("procedure"):
        yield Evenement(
            f"recensement-{r.procedure_id}",
            "recensement",
            f"Réponses au recensement : {r.procedure.intitule}",
            r.echeance,
            f"Procédure {r.procedure.numero}. Dernier jour pour répondre, inclus.",
            _adresse(r.procedure),
            r.procedure.updated_at,
        )


def _offres(vu: Perimetre, du: date, au: date) -> Iterator[Evenement]:
    lancees = procedures_visibles(vu).filter(etat__in=["lancee", "analyse"])
    for p in lancees.filter(date_limite_offres__range=(du, au)):
        if p.date_limite_offres is not None:
            yield Evenement(
                f"offres-{p.pk}",
                "offres",
                f"Date limite des offres : {p.intitule}",
                p.date_limite_offres,
                f"Procédure {p.numero}.",
                _adresse(p),
                p.updated_at,
                p.etat == Procedure.Etat.ANALYSE,
            )


def _contrats(vu: Perimetre, du: date, au: date, le: date) -> Iterator[Evenement]:
    if vu.national or vu.regions:
        return
    marches = marches_visibles(vu).filter(niveau__in=[Niveau.GHT, Niveau.ETABLISSEMENT])
    marches = marches.exclude(etat=Marche.Etat.SOLDE).defer("recu").order_by("-date_fin_totale")
    lus = list(marches.filter(Q(date_fin_totale__gte=du) | Q(date_fin_totale=None))[:MARCHES_MAX])
    ecoules = vies(lus, le)
    for marche in lus:
        vie, url = ecoules[marche.pk], reverse("marches:marche", args=[marche.pk])
        if vie.fin_totale is not None and du <= vie.fin_totale <= au:
            phrase = f"Marché {marche.identifiant} : dernier jour, reconductions comprises."
            yield _fin(marche, "fin", f"Fin du marché : {marche.objet[:120]}", vie.fin_totale, phrase, url)
        if vie.preavis_le is not None and du <= vie.preavis_le <= au:
            phrase = f"Marché {marche.identifiant} : dernier jour pour décider de ne pas reconduire."
            titre = f"Reconduction à décider : {marche.objet[:120]}"
            yield _fin(marche, "preavis", titre, vie.preavis_le, phrase, url)


def _fin(marche: Marche, genre: str, titre: str, le: date, phrase: str, url: str) -> Evenement:
    return Evenement(f"{genre}-{marche.pk}", genre, titre, le, phrase, url, marche.updated_at)


def bornes_flux(le: date) -> tuple[date, date]:
    """The days that the iCalendar feed holds: three months behind, two years ahead."""
    return le - timedelta(days=92), le + timedelta(days=731)
