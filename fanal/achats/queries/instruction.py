"""The control queue: lines of a campaign in the order of their risk, sorted and cut by the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from fanal.achats.models import Action
from fanal.achats.queries.tables import TYPE
from fanal.achats.rules.catalogue import CONTROLE, REGLES
from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Controle, Decision, Dossier, Observation
from fanal.campagnes.queries.campagnes import toutes
from fanal.comptes.perimetre import Perimetre
from fanal.territoires.models import Etablissement, Ght, Region
from fanal.territoires.noeuds import Noeud

FORMAT = "paat"
SANS_REMARQUE = "aucune"
RELATIONS = ("version__dossier__ght__region", "version__dossier__campagne")
# What may be asked of a line's decision and of the right of reply on it.
ETATS = {
    "a_decider": "À décider",
    "a_repondre": "À décider, réponse attendue",
    "repondu": "À décider, réponse reçue",
    "delai_passe": "À décider, délai de réponse passé",
    "decide": "Décidées",
    "retenu": "Retenues",
    "moindre": "Retenues pour un montant moindre",
    "retire": "Retirées",
    "tout": "Toutes",
}


@dataclass(frozen=True)
class Criteres:
    """What narrows the queue; an empty value keeps everything. `etat` is a key of `ETATS`."""

    famille: str = ""
    operateur: str = ""
    code: str = ""
    bloquant: bool = False
    etat: str = "a_decider"
    q: str = ""


def campaign_of(annee: int, periode: str) -> Campagne | None:
    """The performance campaign of a year and a period, if one was opened."""
    place = (TYPE, annee, periode)
    return next((c for c in toutes() if (c.type_campagne, c.annee, c.periode) == place), None)


def dossiers_at(campagne: Campagne, perimetre: Perimetre, noeud: Noeud) -> QuerySet[Dossier]:
    """The trames deposited in a campaign that stand on *noeud* or below, within the perimeter."""
    here = campagne.dossiers.filter(
        perimetre.dossiers_q(), format=FORMAT, version_courante__isnull=False
    ).select_related("ght__region", "version_courante", "campagne")
    match noeud.objet:
        case Region():
            return here.filter(ght__region=noeud.objet)
        case Ght():
            return here.filter(ght=noeud.objet)
        case Etablissement():
            return here.filter(ght__appartenances__etablissement=noeud.objet).distinct()
        case None:
            return here
    return here.none()


def handed_in(campagne: Campagne) -> list[str]:
    """The steps at which a trame is no longer with its GHT."""
    etapes = registre.obtenir(campagne.type_campagne).reception(FORMAT).etapes
    return [e.code for e in etapes if not e.preparation]


def queue(dossiers: QuerySet[Dossier], criteres: Criteres, jour: date, finess: str = "") -> QuerySet[Action]:
    """The lines of these dossiers that answer the criteria; neither sorted nor cut."""
    versions = list(dossiers.order_by().values_list("version_courante", flat=True))
    lines = Action.objects.filter(version__in=versions).order_by()
    for name in ("famille", "operateur"):
        if value := getattr(criteres, name):
            lines = lines.filter(**{name: value})
    if finess:
        lines = lines.filter(finess=finess)
    remarks = Controle.objects.filter(version=OuterRef("version"), cle=OuterRef("cle"))
    if criteres.code == SANS_REMARQUE:
        lines = lines.filter(~Exists(remarks.filter(gravite=CONTROLE)))
    elif criteres.code:
        lines = lines.filter(Exists(remarks.filter(code=criteres.code)))
    if criteres.bloquant:
        lines = lines.filter(Exists(remarks.filter(bloquant=True)))
    if criteres.q:
        lines = lines.filter(_contains(criteres.q))
    return _by_state(lines, criteres.etat, jour)


def _contains(text: str) -> Q:
    return Q(identifiant__icontains=text) | Q(intitule__icontains=text) | Q(numero_marche__icontains=text)


def _same_line(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows about the very content of the outer line."""
    return rows.filter(
        dossier=OuterRef("version__dossier"), cle=OuterRef("cle"), empreinte=OuterRef("empreinte")
    )


def _by_state(lines: QuerySet[Action], etat: str, jour: date) -> QuerySet[Action]:
    decided = _same_line(Decision.objects.filter(courante=True))
    asked = _same_line(Observation.objects.all())
    match etat:
        case "tout":
            return lines
        case "decide":
            return lines.filter(Exists(decided))
        case "retenu" | "moindre" | "retire":
            return lines.filter(Exists(decided.filter(sens=etat)))
    lines = lines.filter(~Exists(decided))
    match etat:
        case "a_repondre":
            return lines.filter(Exists(asked.filter(repondu_le__isnull=True, echeance__gte=jour)))
        case "repondu":
            return lines.filter(Exists(asked.filter(repondu_le__isnull=False)))
        case "delai_passe":
            return lines.filter(Exists(asked.filter(repondu_le__isnull=True, echeance__lt=jour)))
    return lines


@dataclass(frozen=True)
class Mesure:
    """How many lines, and their declared annual gain in euros (None when none declares one)."""

    lignes: int
    gain: Decimal | None


def measure(lines: QuerySet[Action], campagne: Campagne) -> Mesure:
    """Count and sum, kept until the next write in the campaign."""
    try:
        request = sha256(str(lines.order_by().query).encode()).hexdigest()
    except EmptyResultSet:  # no trame at all: there is nothing to ask the base
        return Mesure(0, None)
    key = f"achats:file:{campagne.pk}:{campagne.revision}:{request}"
    found: Mesure | None = cache.get(key)
    if found is None:
        found = Mesure(lines.count(), lines.aggregate(gain=Sum("gain_annuel_ttc"))["gain"])
        cache.set(key, found)
    return found


def families(campagne: Campagne) -> list[str]:
    """The families that the lines of a campaign name, kept until the next write."""
    key = f"achats:familles:{campagne.pk}:{campagne.revision}"
    found = cache.get(key)
    if found is None:
        versions = campagne.dossiers.filter(format=FORMAT).values("version_courante")
        rows = Action.objects.filter(version__in=versions).exclude(famille="").order_by()
        found = sorted(rows.values_list("famille", flat=True).distinct())
        cache.set(key, found)
    return list(found)


@dataclass
class LigneFile:
    """A line of the queue with what its row shows. `commentaire` is what the controls propose to the DGOS."""

    action: Action
    dossier: Dossier
    sens: str
    commentaire: str
    remarques: int
    bloquant: bool
    observation: str


def load(keys: Sequence[int], jour: date) -> list[LigneFile]:
    """The lines of these numbers, in the order given, with their remarks, decision and right of reply."""
    decided = _same_line(Decision.objects.filter(courante=True)).values("sens")[:1]
    rows = Action.objects.filter(pk__in=keys).select_related(*RELATIONS).annotate(sens=Subquery(decided))
    rows = rows.defer("version__lignes")  # the hashes of a whole trame, fifty times
    actions = {a.pk: a for a in rows}
    remarks = remarks_of(actions.values())
    asked = _asked(actions.values(), jour)
    found = []
    for key in keys:
        if action := actions.get(key):
            of_line = remarks.get((action.version_id, action.cle), [])
            found.append(
                LigneFile(
                    action=action,
                    dossier=action.version.dossier,
                    sens=action.sens or "attente",
                    commentaire=proposed_comment(of_line),
                    remarques=sum(c.gravite == CONTROLE for c in of_line),
                    bloquant=any(c.bloquant for c in of_line),
                    observation=asked.get((action.version.dossier_id, action.cle, action.empreinte), ""),
                )
            )
    return found


def remarks_of(actions: Collection[Action]) -> dict[tuple[int, str], list[Controle]]:
    """The remarks of these lines by (version, key), the heaviest first."""
    keys = {(a.version_id, a.cle) for a in actions}
    rows = Controle.objects.filter(version__in={v for v, _ in keys}, cle__in={c for _, c in keys})
    found: dict[tuple[int, str], list[Controle]] = {}
    for row in rows.order_by("-bloquant", "-poids", "pk"):
        if (row.version_id, row.cle) in keys:
            found.setdefault((row.version_id, row.cle), []).append(row)
    return found


def proposed_comment(remarks: Sequence[Controle]) -> str:
    """The DGOS comment that the heaviest remark with one proposes; empty when none has one."""
    for remark in remarks:
        rule = REGLES.get(remark.code)
        comment = remark.donnees.get("commentaire_dgos") or (rule.commentaire_dgos if rule else None)
        if comment:
            return str(comment)
    return ""


def _asked(actions: Collection[Action], jour: date) -> dict[tuple[int, str, str], str]:
    """Where the right of reply of each line stands: a_repondre, repondu, delai_passe."""
    rows = Observation.objects.filter(
        dossier__in={a.version.dossier_id for a in actions}, cle__in={a.cle for a in actions}
    )
    found: dict[tuple[int, str, str], str] = {}
    for o in rows.order_by("demandee_le"):
        state = "repondu" if o.repondu_le else "a_repondre" if o.echeance >= jour else "delai_passe"
        found[o.dossier_id, o.cle, o.empreinte] = state
    return found
