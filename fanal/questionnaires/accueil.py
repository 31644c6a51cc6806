"""What the home page says: the sections that were entrusted to the account and wait for it."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.interface.accueil import Tache
from fanal.questionnaires.compute.sections import section_de
from fanal.questionnaires.models import SectionConfiee
from fanal.questionnaires.queries.formulaires import formulaire_de


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """One task per section entrusted and not finished, while its dossier is still with its author."""
    confiees = SectionConfiee.objects.filter(utilisateur=user, terminee_le__isnull=True).select_related(
        "brouillon__dossier__campagne", "brouillon__formulaire"
    )
    for confiee in confiees:
        brouillon = confiee.brouillon
        dossier = brouillon.dossier
        section = section_de(formulaire_de(brouillon.formulaire), confiee.section)
        if section is None or not reception_de(dossier).etape(dossier.etape).preparation:
            continue
        fin = local_day(dossier.campagne.cloture)
        yield Tache(
            titre=f"Remplir « {section.libelle or section.nom} »",
            phrase=f"Section qui vous est confiée, {dossier.campagne.titre}, jusqu'au {fin:%d/%m/%Y}.",
            url=reverse("questionnaires:section", args=[dossier.pk, confiee.section or "_"]),
            echeance=fin,
            etat="en_retard" if fin < today else "du",
        )
