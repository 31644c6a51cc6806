"""Who would be written to, before anybody is: one line per respondent that is awaited."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Relance
from fanal.campagnes.queries.campagnes import Attendu, attendus_sans_reponse
from fanal.campagnes.queries.destinataires import droits_du_declarant
from fanal.campagnes.registre import Reception
from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.roles import ROLES
from fanal.depots import formats
from fanal.territoires.models import SurNoeud


@dataclass(frozen=True)
class RelancePrevue:
    """A respondent that is awaited, the accounts that can answer for it, and the day it was last reminded."""

    attendu: Attendu
    format: str
    comptes: list[Utilisateur] = field(default_factory=list)
    derniere: datetime | None = None


def relances_prevues(campagne: Campagne, le: date) -> list[RelancePrevue]:
    """Those that can be written to first; four queries whatever their number."""
    genre = registre.obtenir(campagne.type_campagne)
    attendus = attendus_sans_reponse(campagne)
    dernieres = dict(
        Relance.objects.filter(repondant__campagne=campagne)
        .values_list("repondant")
        .annotate(Max("envoyee_le"))
        .order_by()
    )
    comptes = {
        f: _comptes(droits_du_declarant(genre.reception(f)), le)
        for f in {a.repondant.format for a in attendus}
    }
    prevues = [
        RelancePrevue(
            attendu=a,
            format=titre_reception(genre.reception(a.repondant.format)),
            comptes=comptes[a.repondant.format].get(_place(a.repondant), []),
            derniere=dernieres.get(a.repondant.pk),
        )
        for a in attendus
    ]
    return sorted(prevues, key=lambda p: not p.comptes)


def titre_reception(reception: Reception) -> str:
    """What is answered: the title its type gives, or that of the format of file."""
    return reception.titre or formats.charger(reception.format).titre


def _comptes(permissions: set[str], le: date) -> dict[tuple[object, ...], list[Utilisateur]]:
    """The active accounts holding one of *permissions*, by the node where they hold it."""
    roles = [code for code, role in ROLES.items() if role.permissions & permissions]
    tenues = Affectation.objects.en_vigueur(le).filter(role__in=roles, utilisateur__is_active=True)
    trouves: dict[tuple[object, ...], dict[int, Utilisateur]] = {}
    for a in tenues.select_related("utilisateur").order_by("utilisateur__email"):
        trouves.setdefault(_place(a), {})[a.utilisateur_id] = a.utilisateur
    return {place: list(comptes.values()) for place, comptes in trouves.items()}


def _place(ligne: SurNoeud) -> tuple[object, ...]:
    return (ligne.niveau, ligne.region_id, ligne.ght_id, ligne.etablissement_id, ligne.operateur_id)
