"""A call with projects granted for good, laid directly: how they were granted is other tests' business."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fanal.appels.actions.suivi import preparer
from fanal.appels.models import Appel, Attribution, Enveloppe
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.models import Formulaire, Reponse, VersionFormulaire
from fanal.territoires.noeuds import NATIONAL, Noeud

REGLES: dict[str, Any] = {
    "montants": {"demande": "demande"},
    "suivi": {
        "jalons": [
            {"titre": "Commande passée", "delai_jours": 90},
            {"titre": "Mise en service", "delai_jours": 300},
        ],
        "indicateurs": [
            {
                "code": "part-automatisee",
                "titre": "Part des doses automatisées",
                "unite": "%",
                "sens": "hausse",
            },
            {
                "code": "erreurs",
                "titre": "Erreurs de dispensation",
                "unite": "pour 10 000 doses",
                "sens": "baisse",
                "minimum": "0",
                "a_confirmer": True,
            },
        ],
        "releves_jours": [180, 365],
        "autorites": {"report": "ars"},
    },
}


def faire_appel(
    instant: datetime, *, regles: dict[str, Any] | None = None, code: str = "essai-2021"
) -> Appel:
    """A published national call, closed."""
    campagne = Campagne.objects.create(
        type_campagne="appel",
        code=code,
        titre=f"Appel {code}",
        annee=2021,
        ouverture=instant - timedelta(days=90),
        cloture=instant - timedelta(days=30),
        correction_jusqu_au=instant - timedelta(days=30),
    )
    return Appel.objects.create(
        campagne=campagne,
        regles=REGLES if regles is None else regles,
        etat=Appel.Etat.OUVERT,
        publie_le=instant - timedelta(days=100),
        **NATIONAL.champs(),
    )


def faire_projet(
    appel: Appel,
    noeud: Noeud,
    instant: datetime,
    *,
    montant: str = "100000.00",
    maximum: str = "150000.00",
    reference: str = "",
    statut: str = Attribution.Statut.DEFINITIVE,
    by: Utilisateur | None = None,
    enveloppe: str = "1000000.00",
) -> Attribution:
    """A dossier granted *montant*, its milestones laid when the grant is definitive."""
    dossier = Dossier.objects.create(
        campagne=appel.campagne,
        format="candidature",
        reference=reference,
        etape="retenu" if statut == Attribution.Statut.DEFINITIVE else "recevable",
        created_at=instant,
        etape_depuis=instant,
        **noeud.champs(),
    )
    version = Version.objects.create(
        dossier=dossier, numero=1, created_at=instant, empreinte="0" * 64, auteur=by
    )
    dossier.version_courante = version
    dossier.save()
    _repondre(version, instant, {"demande": maximum})
    bourse, _ = Enveloppe.objects.get_or_create(
        appel=appel,
        annee=2021,
        nom="Enveloppe",
        defaults={"montant": Decimal(enveloppe), "created_at": instant},
    )
    accord = Attribution.objects.create(
        enveloppe=bourse,
        dossier=dossier,
        version=version,
        statut=statut,
        demande=Decimal(maximum),
        maximum=Decimal(maximum),
        montant=Decimal(montant),
        decidee_le=instant,
    )
    if statut == Attribution.Statut.DEFINITIVE:
        preparer(attribution=accord, instant=instant)
    return accord


def _repondre(version: Version, instant: datetime, reponses: dict[str, str]) -> None:
    """Answers under a form of nothing: the follow-up reads amounts, not questions."""
    formulaire, _ = Formulaire.objects.get_or_create(
        code="essai", niveau="national", defaults={"titre": "Formulaire d'essai", "created_at": instant}
    )
    modele, _ = VersionFormulaire.objects.get_or_create(
        formulaire=formulaire,
        numero=1,
        defaults={"contenu": {}, "empreinte": "0" * 64, "created_at": instant},
    )
    Reponse.objects.create(version=version, formulaire=modele, reponses=reponses)
