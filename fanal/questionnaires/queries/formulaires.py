"""Forms: the value of a version, versions one beside the other, what an account may see of them."""

from django.db.models import Count, QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.moteurs import xlsform
from fanal.moteurs.xlsform import modele
from fanal.questionnaires.compute.differences import DifferenceForme, differences_formulaires
from fanal.questionnaires.models import Formulaire, VersionFormulaire


def formulaire_de(version: VersionFormulaire) -> modele.Formulaire:
    """The form that *version* holds. A version never changes: its value is built once per process."""
    return xlsform.de_json(version.contenu)


def differences(ancienne: VersionFormulaire, nouvelle: VersionFormulaire) -> list[DifferenceForme]:
    """What changed from a version of a form to another."""
    return differences_formulaires(formulaire_de(ancienne), formulaire_de(nouvelle))


def formulaires_visibles(perimetre: Perimetre) -> QuerySet[Formulaire]:
    """The forms kept by the nodes where the account organises calls, national ones included: an agency may
    take up a national form.
    """
    return (
        Formulaire.objects.filter(perimetre.dossiers_q())
        .select_related("region")
        .annotate(nombre_versions=Count("versions"))
    )


def usage(version: VersionFormulaire) -> tuple[int, int]:
    """How many drafts and how many frozen answers were given to this version."""
    return version.brouillons.count(), version.reponses.count()
