"""A call, dossiers under examination with their amounts and the marks of a closed sitting, an envelope."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from fanal.appels.actions.enveloppes import creer, simuler
from fanal.appels.models import Appel, Arrivee, Deliberation, Enveloppe, Seance, Simulation
from fanal.appels.queries.simulations import Reglages
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.questionnaires.models import Formulaire, Reponse, VersionFormulaire
from fanal.territoires.noeuds import NATIONAL, Noeud

LE = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MOTIF = "Avis du jury suivi."
GRILLE = {"criteres": [{"code": "interet", "titre": "Intérêt", "poids": "1", "maximum": 5}]}
REGLES: dict[str, Any] = {
    "montants": {"demande": "demande", "eligible": "eligible", "minimum": "minimum", "taux_max": "0.50"},
    "grille": GRILLE,
    "repartition": {"regle": "ordre_score"},
}


def faire_appel(
    noeud: Noeud = NATIONAL, *, code: str = "essai-2026", regles: dict[str, Any] | None = None
) -> Appel:
    """A published call, closed, whose dossiers are under examination."""
    campagne = Campagne.objects.create(
        type_campagne="appel",
        code=code,
        titre=f"Appel {code}",
        annee=2026,
        ouverture=LE - timedelta(days=60),
        cloture=LE - timedelta(days=10),
        correction_jusqu_au=LE + timedelta(days=60),
    )
    formulaire = Formulaire.objects.create(code=f"f-{code}", titre="Essai", created_at=LE, **noeud.champs())
    version = VersionFormulaire.objects.create(
        formulaire=formulaire,
        numero=1,
        contenu={"code": "essai", "titre": "Essai", "version": "1", "elements": [], "listes": {}},
        empreinte="0" * 64,
        created_at=LE,
    )
    return Appel.objects.create(
        campagne=campagne,
        formulaire=version,
        regles=REGLES if regles is None else regles,
        etat="ouvert",
        publie_le=LE - timedelta(days=61),
        **noeud.champs(),
    )


def faire_dossier(
    appel: Appel, noeud: Noeud, reference: str, etape: str = "recevable", **reponses: str
) -> Dossier:
    """A dossier handed in, with its answers frozen."""
    dossier = Dossier.objects.create(
        campagne=appel.campagne,
        format="candidature",
        reference=reference,
        etape=etape,
        created_at=LE,
        etape_depuis=LE,
        **noeud.champs(),
    )
    version = Version.objects.create(dossier=dossier, numero=1, created_at=LE, empreinte="0" * 64)
    assert appel.formulaire is not None
    Reponse.objects.create(version=version, formulaire=appel.formulaire, reponses=reponses)
    dossier.version_courante = version
    dossier.save()
    Arrivee.objects.create(dossier=dossier, arrive_le=LE - timedelta(days=20) + timedelta(minutes=dossier.pk))
    return dossier


def noter_dossiers(appel: Appel, notes: Sequence[tuple[Dossier, str, str]]) -> Seance:
    """A closed sitting: (dossier, mark, proposal)."""
    seance = Seance.objects.create(appel=appel, jour=LE.date(), ouverte_le=LE, close_le=LE)
    for dossier, note, proposition in notes:
        Deliberation.objects.create(
            seance=seance,
            dossier=dossier,
            note=Decimal(note),
            ecart=Decimal(5),
            proposition=proposition,
            enregistree_le=LE,
        )
    return seance


def monde(
    noeuds: Sequence[Noeud],
    demandes: Sequence[tuple[str, str]],
    organisateur: Noeud = NATIONAL,
    code: str = "essai-2026",
) -> tuple[Appel, list[Dossier]]:
    """A call whose dossiers ask the given amounts (half of what is eligible) with the given marks."""
    appel = faire_appel(organisateur, code=code)
    dossiers = [
        faire_dossier(
            appel,
            noeuds[rang % len(noeuds)],
            f"P{rang + 1}",
            demande=demande,
            eligible=str(2 * Decimal(demande)),
        )
        for rang, (demande, _) in enumerate(demandes)
    ]
    noter_dossiers(appel, [(d, note, "retenir") for d, (_, note) in zip(dossiers, demandes, strict=True)])
    return appel, dossiers


def faire_enveloppe(appel: Appel, montant: str, **champs: Any) -> Enveloppe:
    valeurs: dict[str, Any] = {"annee": 2026, "nom": "Crédits", **champs}
    return creer(appel=appel, montant=Decimal(montant), by=None, instant=LE, **valeurs)


def essayer(enveloppe: Enveloppe, titre: str = "Essai", **reglages: Any) -> Simulation:
    return simuler(enveloppe=enveloppe, titre=titre, reglages=Reglages(**reglages), by=None, instant=LE)
