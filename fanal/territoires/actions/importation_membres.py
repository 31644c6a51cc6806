"""Import of the establishments of GHT with their roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.territoires.actions.appartenances import overlaps
from fanal.territoires.actions.bilan import Bilan
from fanal.territoires.models import Appartenance, Departement, Etablissement, Ght
from fanal.territoires.queries import MEMBRES
from fanal.territoires.rules import (
    departement_of_finess,
    remark_on_siren,
    remark_on_siret,
    repair_code_ght,
    repair_finess,
    repair_name,
)

Role = Appartenance.Role
# Letters of the published list; A and P follow the order of the FINESS roles for groups without legal
# personality.
ROLES = {"S": Role.SUPPORT, "M": Role.PARTIE, "A": Role.ASSOCIE, "P": Role.PARTENAIRE}


@dataclass
class _Context:
    bilan: Bilan
    by: Utilisateur | None
    instant: datetime
    ghts: dict[str, Ght]
    etablissements: dict[str, Etablissement]
    departements: dict[str, Departement]
    appartenances: dict[int, list[Appartenance]]


def import_membres(
    *, bilan: Bilan, rows: Sequence[dict[str, Any]], by: Utilisateur | None, instant: datetime
) -> None:
    """Create or update establishments and their membership; the list has no dates, so a new one always
    holds."""
    memberships: dict[int, list[Appartenance]] = {}
    for a in Appartenance.objects.select_related("ght"):
        memberships.setdefault(a.etablissement_id, []).append(a)
    context = _Context(
        bilan,
        by,
        instant,
        {g.code: g for g in Ght.objects.all()},
        {e.finess: e for e in Etablissement.objects.all()},
        {d.code: d for d in Departement.objects.all()},
        memberships,
    )
    for row in rows:
        outcomes = _import_row(context, row)
        if outcomes is None:
            continue
        if "cree" in outcomes:
            bilan.creees += 1
        elif "modifie" in outcomes:
            bilan.modifiees += 1
        else:
            bilan.inchangees += 1


def _import_row(context: _Context, row: dict[str, Any]) -> set[str] | None:
    """The outcomes for the establishment and for its membership, or None when the row is left out."""
    ght = context.ghts.get(repair_code_ght(row["code_ght"]))
    if ght is None:
        context.bilan.remark(
            row,
            "code_ght",
            "ght-inconnu",
            f"Le GHT « {row['code_ght']} » n'est pas connu. Importez d'abord la liste des GHT (format "
            f"sae-ght), "
            "ou corrigez ce code.",
        )
        return None
    role = ROLES[row["role_publie"]]
    finess = repair_finess(row["finess_ej"])
    known = context.etablissements.get(finess)
    if known and not _check_membership(context, row, known, ght, role):
        return None
    etablissement, first = _save_etablissement(context, row, finess)
    return {first, _save_appartenance(context, etablissement, ght, role)}


def _check_membership(
    context: _Context, row: dict[str, Any], etablissement: Etablissement, ght: Ght, role: str
) -> bool:
    """Whether the membership can be written: an establishment is a member of one GHT only."""
    if role not in MEMBRES:
        return True
    today = context.instant.date()
    for other in context.appartenances.get(etablissement.pk, ()):
        if other.ght_id != ght.pk and other.role in MEMBRES and overlaps(other, today, None):
            context.bilan.remark(
                row,
                "code_ght",
                "deja-membre",
                f"{etablissement} est membre du GHT {other.ght.code}. Mettez fin à cette appartenance sur "
                f"la page de "
                f"ce GHT, puis importez de nouveau la liste pour le rattacher à {ght.code}.",
            )
            return False
    return True


def _save_etablissement(context: _Context, row: dict[str, Any], finess: str) -> tuple[Etablissement, str]:
    fields: dict[str, Any] = {"nom": repair_name(row["nom_ej"])}
    for column in ("siren", "siret"):
        if row.get(column):
            fields[column] = row[column]
    _remark_identifiers(context, row)
    etablissement = context.etablissements.get(finess)
    if etablissement is None:
        departement = context.departements.get(departement_of_finess(finess))
        etablissement = Etablissement.objects.create(finess=finess, departement=departement, **fields)
        context.etablissements[finess] = etablissement
        _write(context, "etablissement.cree", etablissement, {"finess": finess})
        return etablissement, "cree"
    changes = {f: (getattr(etablissement, f), v) for f, v in fields.items() if getattr(etablissement, f) != v}
    if not changes:
        return etablissement, "inchange"
    for field, (_, value) in changes.items():
        setattr(etablissement, field, value)
    etablissement.save(update_fields=list(changes))
    donnees = {f: {"avant": before, "apres": after} for f, (before, after) in changes.items()}
    _write(context, "etablissement.modifie", etablissement, donnees)
    return etablissement, "modifie"


def _remark_identifiers(context: _Context, row: dict[str, Any]) -> None:
    siren, siret = row.get("siren") or "", row.get("siret") or ""
    for column, phrase in (("siren", remark_on_siren(siren)), ("siret", remark_on_siret(siret, siren))):
        if phrase:
            context.bilan.remark(row, column, f"{column}-douteux", phrase, gravite="controle")


def _save_appartenance(context: _Context, etablissement: Etablissement, ght: Ght, role: str) -> str:
    mine = [a for a in context.appartenances.get(etablissement.pk, ()) if a.ght_id == ght.pk]
    today = context.instant.date()
    current = next((a for a in mine if overlaps(a, today, None)), None)
    if current is None:
        return _create_appartenance(context, etablissement, ght, role, _first_day(mine))
    if current.role == role:
        return "inchange"
    before, current.role = current.role, role
    current.save(update_fields=["role"])
    donnees = {"finess": etablissement.finess, "role": {"avant": before, "apres": role}}
    _write(context, "appartenance.modifiee", ght, donnees)
    return "modifie"


def _first_day(ended: list[Appartenance]) -> date | None:
    """No limit for a first membership; the day after the last one when it comes back."""
    ends = [a.fin for a in ended if a.fin]
    return date.fromordinal(max(ends).toordinal() + 1) if ends else None


def _create_appartenance(
    context: _Context, etablissement: Etablissement, ght: Ght, role: str, debut: date | None
) -> str:
    created = Appartenance.objects.create(etablissement=etablissement, ght=ght, role=role, debut=debut)
    context.appartenances.setdefault(etablissement.pk, []).append(created)
    donnees = {"finess": etablissement.finess, "role": role, "debut": debut}
    _write(context, "appartenance.ajoutee", ght, donnees)
    return "cree"


def _write(context: _Context, action: str, objet: Ght | Etablissement, donnees: dict[str, Any]) -> None:
    inscrire(action=action, objet=objet, by=context.by, instant=context.instant, donnees=donnees)
