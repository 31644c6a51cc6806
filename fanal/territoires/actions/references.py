"""The reference data that every migrated base holds."""

from django.db import transaction

from fanal.territoires import references
from fanal.territoires.models import Departement, OperateurAchat, Region


@transaction.atomic
def charger_references(using: str = "default") -> None:
    """Bring régions, départements and operators to what the reference file says. Running it again changes
    nothing.

    An operator that an administrator renamed keeps its name: only missing operators are added.
    """
    regions = {r.code_insee: r for r in Region.objects.using(using)}
    for ref in references.regions():
        known = regions.get(ref.code_insee)
        if known is None:
            regions[ref.code_insee] = Region.objects.using(using).create(
                code_insee=ref.code_insee, sigle=ref.sigle, nom=ref.nom
            )
        elif (known.sigle, known.nom) != (ref.sigle, ref.nom):
            known.sigle, known.nom = ref.sigle, ref.nom
            known.save(using=using)
    departements = {d.code: d for d in Departement.objects.using(using)}
    missing = []
    for ref in references.regions():
        region = regions[ref.code_insee]
        for code, nom in ref.departements.items():
            found = departements.get(code)
            if found is None:
                missing.append(Departement(code=code, nom=nom, region=region))
            elif (found.nom, found.region_id) != (nom, region.pk):
                found.nom, found.region = nom, region
                found.save(using=using)
    Departement.objects.using(using).bulk_create(missing)
    operateurs = set(OperateurAchat.objects.using(using).values_list("code", flat=True))
    by_sigle = {r.sigle: r for r in regions.values()}
    for op in references.operateurs():
        if op.code not in operateurs:
            OperateurAchat.objects.using(using).create(
                code=op.code, nom=op.nom, categorie=op.categorie, region=by_sigle.get(op.region)
            )
