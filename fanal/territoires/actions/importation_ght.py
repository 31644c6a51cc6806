"""Import of the official list of GHT."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire_lot
from fanal.territoires.actions.bilan import Bilan
from fanal.territoires.models import Ght, Region
from fanal.territoires.rules import insee_of_number, repair_code_ght, repair_name


def import_ghts(
    *, bilan: Bilan, rows: Sequence[dict[str, Any]], by: Utilisateur | None, instant: datetime
) -> None:
    """Create or update one GHT per row; its class is not in the list and is left as it is."""
    regions = {r.code_insee: r for r in Region.objects.all()}
    known = {g.code: g for g in Ght.objects.all()}
    seen: set[str] = set()
    created: list[Ght] = []
    changed: list[tuple[Ght, dict[str, Any]]] = []
    for row in rows:
        read = _fields(bilan, row, regions, seen)
        if read is None:
            continue
        code, fields = read
        seen.add(code)
        if code not in known:
            created.append(Ght(code=code, **fields))
            bilan.creees += 1
            continue
        changes = _apply(known[code], fields)
        if changes:
            changed.append((known[code], changes))
            bilan.modifiees += 1
        else:
            bilan.inchangees += 1
    Ght.objects.bulk_create(created)
    for ght, _ in changed:
        ght.save()
    inscrire_lot(action="ght.cree", objets=[(g, {"code": g.code}) for g in created], by=by, instant=instant)
    inscrire_lot(action="ght.modifie", objets=changed, by=by, instant=instant)


def _fields(
    bilan: Bilan, row: dict[str, Any], regions: dict[str, Region], seen: set[str]
) -> tuple[str, dict[str, Any]] | None:
    printed, numero = row["nom_court_ght"], row["code_ght"]
    code = repair_code_ght(printed)
    region = regions.get(insee_of_number(numero))
    if region is None:
        bilan.remark(
            row,
            "code_ght",
            "region-inconnue",
            f"Le numéro « {numero} » ne donne pas une région : sans ses trois derniers chiffres, il devrait "
            f"être "
            "un code INSEE de région. Corrigez le numéro.",
        )
        return None
    if code in seen:
        bilan.remark(
            row,
            "nom_court_ght",
            "ght-en-double",
            f"Le GHT {code} figure déjà plus haut dans ce fichier : cette ligne n'est pas prise en compte.",
        )
        return None
    if code != printed:
        bilan.remark(
            row, "nom_court_ght", "code-repare", f"« {printed} » a été lu « {code} ».", gravite="information"
        )
    name = repair_name(row["nom_complet_ght"])
    if name != row["nom_complet_ght"]:
        phrase = f"« {row['nom_complet_ght']} » a été lu « {name} »."
        bilan.remark(row, "nom_complet_ght", "nom-repare", phrase, gravite="information")
    return code, {"numero": numero, "nom": name, "region": region}


def _apply(ght: Ght, fields: dict[str, Any]) -> dict[str, Any]:
    """Set the fields that differ and return them as before and after."""
    changes = {}
    for field, value in fields.items():
        before = getattr(ght, field)
        if before != value:
            changes[field] = {"avant": str(before), "apres": str(value)}
            setattr(ght, field, value)
    return changes
