"""The publication desk: what waits for its publication, what bars it, what was published."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche, Modification, Publication
from fanal.marches.publication.contrat import Contrat
from fanal.marches.queries.publication import Situation, contrats, situation
from fanal.marches.queries.registre import perimetre_du_noeud, revision
from fanal.memoire import Memoire
from fanal.territoires.noeuds import Noeud

PUBLIABLE, INCOMPLET, SANS_OBJET = "publiable", "incomplet", "sans-objet"
RETARD, INCOMPLET_RETARD = "retard", "incomplet-retard"


@dataclass(frozen=True)
class APublier:
    """A contract that waits: until when, and the fields that bar it. `quoi`: contract or modifications."""

    pk: int
    identifiant: str
    objet: str
    acheteur: str
    notifie_le: date | None
    echeance: date | None
    etat: str
    quoi: str
    champs: tuple[str, ...]
    phrases: tuple[str, ...]

    @property
    def en_retard(self) -> bool:
        return self.etat in (RETARD, INCOMPLET_RETARD)

    @property
    def publiable(self) -> bool:
        return self.etat in (PUBLIABLE, RETARD)


def a_publier_par(perimetre: Perimetre, noeud: Noeud, le: date) -> QuerySet[Marche]:
    """The contracts that stand on what the account covers: those it executes only are published elsewhere."""
    place = perimetre_du_noeud(noeud, le)
    rows = Marche.objects.filter(perimetre.dossiers_q()).filter(place.dossiers_q())
    rows = rows.exclude(etat__in=(Marche.Etat.PREPARATION, Marche.Etat.ATTRIBUE))
    # An operator publishes its own contracts: a GHT that joins one does not.
    return rows.exclude(niveau="ght", operateur_acheteur__isnull=False)


_files: Memoire[tuple[APublier, ...]] = Memoire(48)


def file_d_attente(perimetre: Perimetre, noeud: Noeud, today: date) -> tuple[APublier, ...]:
    """What waits, the nearest deadline first; kept until something of contracts is written."""
    key = (perimetre, noeud.niveau, noeud.code, today)
    return _files.lire(key, revision(), lambda: _file(perimetre, noeud, today))


def _file(perimetre: Perimetre, noeud: Noeud, today: date) -> tuple[APublier, ...]:
    pending = Modification.objects.filter(
        marche=OuterRef("pk"), etat=Modification.Etat.NOTIFIEE, date_publication=None
    )
    rows = a_publier_par(perimetre, noeud, today).filter(Q(date_publication=None) | Exists(pending))
    found = [_dire(marche, contrat, situation(contrat, today)) for marche, contrat in contrats(rows)]
    return tuple(sorted(found, key=lambda r: (r.echeance or date.max, r.identifiant)))


def _dire(marche: Marche, contrat: Contrat, where: Situation) -> APublier:
    state = where.etat
    if where.en_retard:
        state = RETARD if state == PUBLIABLE else INCOMPLET_RETARD
    waiting = [c.numero for c in contrat.changements if c.publiee_le is None]
    what = "Marché" if contrat.publie_le is None else f"Avenant {', '.join(map(str, waiting))}"
    return APublier(
        pk=marche.pk,
        identifiant=marche.identifiant,
        objet=marche.objet,
        acheteur=marche.acheteur_nom or marche.acheteur_siret,
        notifie_le=marche.date_notification,
        echeance=where.echeance,
        etat=state,
        quoi=what,
        champs=tuple(dict.fromkeys(m.champ for m in where.manques)),
        phrases=tuple(m.phrase for m in where.manques),
    )


def publications(perimetre: Perimetre, noeud: Noeud, le: date) -> QuerySet[Publication]:
    """What was published from here, the last first."""
    marches = a_publier_par(perimetre, noeud, le).order_by().values("pk")
    rows = Publication.objects.filter(marche__in=marches).select_related("marche", "modification")
    return rows.order_by("-publiee_le", "-pk")


def fichier_publie(empreinte: str, perimetre: Perimetre) -> Publication | None:
    """A publication of that file, if the account sees every contract that it holds."""
    rows = Publication.objects.filter(empreinte=empreinte).select_related("marche")
    inside = rows.filter(perimetre.dossiers_q("marche__"))
    found: Any = inside.first()
    return found if found is not None and inside.count() == rows.count() else None
