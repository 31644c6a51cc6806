"""Finding the nodes of the territory under any name people use, and who belongs to what on a day."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, models
from django.db.models import QuerySet

from fanal.depots.noms import normaliser
from fanal.journal.models import Entree
from fanal.memoire import stable
from fanal.refus import Introuvable
from fanal.territoires import references
from fanal.territoires.models import (
    Appartenance,
    Departement,
    Etablissement,
    Ght,
    Niveau,
    OperateurAchat,
    Region,
)
from fanal.territoires.noeuds import NATIONAL, Noeud
from fanal.territoires.rules import repair_code_ght, repair_finess

# An establishment is a member of one GHT at most as support or partie (L6132-1 CSP); the others only join in.
MEMBRES = (Appartenance.Role.SUPPORT, Appartenance.Role.PARTIE)


# What the journal says of these changes the territory.
JOURNALISES = [m._meta.label_lower for m in (Region, Ght, Etablissement, Appartenance)]


def revision() -> tuple[int, ...]:
    """Numbers that change with every write of the territory: for what is kept in memory and depends on it."""
    return stable("territoires.revision", _revision)


def _revision() -> tuple[int, ...]:
    counted = [m._meta.db_table for m in (Ght, Etablissement, Appartenance)]
    marks = ", ".join(["%s"] * len(JOURNALISES))
    # Our own tables; the names of the objects are parameters.
    last = f'SELECT MAX(numero) FROM "{Entree._meta.db_table}" WHERE objet_type IN ({marks})'  # noqa: S608 - names of our own tables
    counts = [f'(SELECT COUNT(*) FROM "{table}")' for table in counted]  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({last}), {', '.join(counts)}", JOURNALISES)
        row = cursor.fetchone()
    return tuple(value or 0 for value in row)


def region(code: str) -> Region:
    """The région called *code*: sigle, INSEE code, name or any spelling in use. Raises Introuvable."""
    sigle = references.regions_par_nom().get(normaliser(code))
    found = Region.objects.filter(sigle=sigle).first() if sigle else None
    if found is None:
        raise Introuvable(
            f"La région « {code} » n'est pas connue. Donnez son nom, son code INSEE ou son abréviation, "
            "par exemple BFC ou Bourgogne-Franche-Comté."
        )
    return found


def departement(code: str) -> Departement | None:
    """The département with this INSEE code, if any."""
    return Departement.objects.select_related("region").filter(code=code.strip().upper()).first()


def ght(code: str) -> Ght:
    """The GHT with this short name (repaired if misspelt) or official number. Raises Introuvable."""
    text = code.strip()
    by = {"numero": text} if text.isdigit() else {"code": repair_code_ght(text)}
    found = (
        Ght.objects.select_related("region").filter(**by).first()
        or Ght.objects.select_related("region").filter(code__iexact=text).first()
    )
    if found is None:
        raise Introuvable(
            f"Le GHT « {code} » n'est pas connu. Donnez son nom court de la liste officielle, par exemple "
            f"BFC-03, "
            "ou importez d'abord la liste des GHT."
        )
    return found


def etablissement(finess: str) -> Etablissement:
    """The establishment with this FINESS (legal entity), a lost leading zero tolerated. Raises
    Introuvable."""
    found = Etablissement.objects.filter(finess=repair_finess(finess)).first()
    if found is None:
        raise Introuvable(
            f"L'établissement « {finess} » n'est pas connu. Vérifiez son numéro FINESS d'entité juridique "
            "(neuf caractères), ou importez d'abord la liste des établissements."
        )
    return found


def operateur(code: str) -> OperateurAchat:
    """The purchasing operator with this code, name or any spelling in use. Raises Introuvable."""
    wanted = normaliser(code)
    known = references.operateurs_par_nom().get(wanted)
    for candidate in OperateurAchat.objects.select_related("region"):
        if candidate.code == known or wanted in {normaliser(candidate.code), normaliser(candidate.nom)}:
            return candidate
    raise Introuvable(
        f"L'opérateur d'achat « {code} » n'est pas connu. Donnez son code ou son nom, par exemple UniHA ou "
        f"Resah."
    )


def noeud(niveau: str, code: str) -> Noeud:
    """The node of this level with this code. Raises Introuvable."""
    match niveau:
        case Niveau.NATIONAL:
            return NATIONAL
        case Niveau.REGION:
            return Noeud(niveau, region(code))
        case Niveau.GHT:
            return Noeud(niveau, ght(code))
        case Niveau.ETABLISSEMENT:
            return Noeud(niveau, etablissement(code))
        case Niveau.OPERATEUR:
            return Noeud(niveau, operateur(code))
    raise Introuvable(
        f"Le niveau « {niveau} » n'existe pas. Choisissez national, region, ght, etablissement ou operateur."
    )


def ght_de(finess: str, le: date) -> Ght | None:
    """The GHT that the establishment belongs to on day *le* (as support or partie), if any."""
    found = (
        Appartenance.objects.en_vigueur(le)
        .select_related("ght__region")
        .filter(etablissement__finess=repair_finess(finess), role__in=MEMBRES)
        .order_by("-debut")
        .first()
    )
    return found.ght if found else None


def appartenances_du_ght(ght: Ght, le: date | None = None) -> QuerySet[Appartenance]:
    """The memberships of a GHT on day *le*, or all that ever were, support first then by name."""
    rows = Appartenance.objects.filter(ght=ght)
    if le is not None:
        rows = rows.en_vigueur(le)
    return rows.select_related("etablissement__departement").order_by(
        _support_first(), "etablissement__nom", "debut"
    )


def etablissements_du_ght(ght: Ght, le: date) -> QuerySet[Etablissement]:
    """The members of the GHT (support and parties) on day *le*, by FINESS."""
    members = Appartenance.objects.en_vigueur(le).filter(ght=ght, role__in=MEMBRES)
    return Etablissement.objects.filter(pk__in=members.values("etablissement")).order_by("finess")


def role_dans_ght(finess: str, ght: Ght, le: date) -> str | None:
    """The role ("support", "partie", "associe", "partenaire") of the establishment in the GHT on day *le*."""
    rows = Appartenance.objects.en_vigueur(le).filter(ght=ght, etablissement__finess=repair_finess(finess))
    roles = set(rows.values_list("role", flat=True))
    return next((r for r in Appartenance.Role.values if r in roles), None)


def roles_par_finess(ght: Ght, le: date) -> dict[str, str]:
    """FINESS to role, for every establishment linked to the GHT on day *le*; one query."""
    rows = Appartenance.objects.en_vigueur(le).filter(ght=ght)
    order = {role: i for i, role in enumerate(Appartenance.Role.values)}
    found = sorted(rows.values_list("etablissement__finess", "role"), key=lambda r: -order[r[1]])
    return dict(found)


@dataclass(frozen=True)
class BrancheGht:
    ght: Ght
    support: Etablissement | None
    membres: int
    autres: int


@dataclass(frozen=True)
class BrancheRegion:
    region: Region
    ghts: list[BrancheGht]

    @property
    def membres(self) -> int:
        return sum(g.membres for g in self.ghts)


def arbre(le: date, ghts: QuerySet[Ght] | None = None) -> list[BrancheRegion]:
    """Régions, their GHT and how many establishments each has on day *le*; three queries.

    *ghts* narrows the tree to a perimeter; régions without any GHT are then left out.
    """
    counts: dict[int, list[Appartenance]] = {}
    for a in Appartenance.objects.en_vigueur(le).select_related("etablissement"):
        counts.setdefault(a.ght_id, []).append(a)
    branches: dict[int, list[BrancheGht]] = {}
    for g in (Ght.objects.all() if ghts is None else ghts).select_related("region"):
        rows = counts.get(g.pk, [])
        support = next((a.etablissement for a in rows if a.role == Appartenance.Role.SUPPORT), None)
        membres = sum(a.role in MEMBRES for a in rows)
        branches.setdefault(g.region_id, []).append(BrancheGht(g, support, membres, len(rows) - membres))
    return [
        BrancheRegion(r, branches.get(r.pk, []))
        for r in Region.objects.all()
        if ghts is None or r.pk in branches
    ]


def _support_first() -> models.Case:
    return models.Case(
        *(models.When(role=role, then=i) for i, role in enumerate(Appartenance.Role.values)), default=9
    )
