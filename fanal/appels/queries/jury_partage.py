"""The dealing of readings before it is done: who would read what, and the hash of that answer."""

import hashlib
import json
from dataclasses import dataclass

from fanal.appels.compute.jury_lectures import Partage, repartir
from fanal.appels.models import Appel, MembreJury
from fanal.appels.queries.jury import Situation, actifs, dossiers_du_jury, situations
from fanal.appels.queries.jury_interets import retraits
from fanal.appels.rules.jury import ETAPE_LUE


@dataclass(frozen=True)
class Apercu:
    """What the dealing would do. `empreinte`: what is shown is what will be done, or nothing is."""

    graine: str
    partage: Partage
    etats: dict[int, Situation]
    membres: dict[int, MembreJury]
    muets: list[MembreJury]
    empreinte: str


def apercu(appel: Appel, graine: str = "") -> Apercu:
    """Deal the readings that are missing among the members who declared their interests.

    *graine* decides among equals (the code of the call by default): the same seed on the same facts gives the
    same answer, in whatever order the lists come.
    """
    graine = graine.strip() or appel.campagne.code
    dossiers = list(dossiers_du_jury(appel))
    exclus = retraits(appel, dossiers)
    etats = {e.dossier.pk: e for e in situations(appel, dossiers, exclus)}
    siegent = actifs(appel)
    membres = {m.pk: m for m in siegent if m.declaration_le is not None}
    deja = {pk: [lecture.membre_id for lecture in e.lectures] for pk, e in etats.items()}
    ecartes = {(pk, lecture.membre_id) for pk, e in etats.items() for lecture in e.retirees}
    partage = repartir(
        [pk for pk, e in etats.items() if e.dossier.etape == ETAPE_LUE],
        list(membres),
        lectures=next((e.prevues for e in etats.values()), 0),
        exclus={(d, m) for m, d in exclus.paires} | ecartes,
        deja=deja,
        graine=graine,
    )
    fait = json.dumps([graine, partage.nouvelles], separators=(",", ":"))
    return Apercu(
        graine,
        partage,
        etats,
        membres,
        [m for m in siegent if m.declaration_le is None],
        hashlib.sha256(fait.encode()).hexdigest(),
    )
