"""Actions for progress: made from a weak topic in one click, or written freely; then followed."""

from datetime import date, datetime

from django.db import transaction

from fanal.campagnes.models import Version
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.maturite import rules
from fanal.maturite.models import ActionProgres, NiveauRetenu, Sujet
from fanal.refus import Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud

SAISIR = "candidature.saisir"


@transaction.atomic
def creer(
    *,
    ght: Ght,
    titre: str,
    by: Utilisateur | None,
    instant: datetime,
    sujet: Sujet | None = None,
    version: Version | None = None,
    description: str = "",
    niveau_vise: int | None = None,
    fonction: str = "",
    echeance: date | None = None,
) -> ActionProgres:
    """Write an action. Raises Refus when that topic of that answer has one already, Interdit."""
    check_droit(by, SAISIR, Noeud("ght", ght), instant)
    rules.check_action(titre, echeance, local_day(instant))
    if sujet and version and ActionProgres.objects.filter(ght=ght, sujet=sujet, version=version).exists():
        raise Refus(f"« {sujet.titre} » a déjà son action de progrès. Ouvrez-la pour la modifier.")
    action = ActionProgres.objects.create(
        ght=ght,
        sujet=sujet,
        version=version,
        titre=titre.strip()[:240],
        description=description.strip(),
        niveau_vise=niveau_vise,
        fonction=fonction.strip()[:120],
        echeance=echeance,
        created_at=instant,
        auteur=by,
    )
    inscrire(
        action="progres.creer",
        objet=action,
        by=by,
        instant=instant,
        donnees={"titre": action.titre, "sujet": sujet.code if sujet else ""},
    )
    return action


@transaction.atomic
def creer_du_sujet(*, retenu: NiveauRetenu, by: Utilisateur | None, instant: datetime) -> ActionProgres:
    """The action of a weak topic, in one click: aims at the next level and says the proof it will need."""
    rang = retenu.niveau.rang if retenu.niveau else 0
    suivant = retenu.sujet.niveaux.filter(rang=rang + 1).first()
    if suivant is None:
        raise Refus(f"« {retenu.sujet.titre} » est déjà à son dernier niveau.")
    ght = retenu.version.dossier.ght
    if ght is None:
        raise Refus("Cette autoévaluation n'est pas celle d'un GHT.")
    preuve = f" Preuve attendue : {suivant.preuve}" if suivant.preuve else ""
    return creer(
        ght=ght,
        titre=f"{retenu.sujet.titre} : atteindre le niveau {suivant.rang}",
        description=f"{suivant.titre}.{preuve}",
        sujet=retenu.sujet,
        version=retenu.version,
        niveau_vise=suivant.rang,
        by=by,
        instant=instant,
    )


@transaction.atomic
def modifier(
    *,
    action: ActionProgres,
    etat: str,
    echeance: date | None,
    fonction: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> ActionProgres:
    """Move an action on: its state, due day, bearer. Giving up needs a reason."""
    action = ActionProgres.objects.select_for_update().get(pk=action.pk)
    check_droit(by, SAISIR, Noeud("ght", action.ght), instant)
    if etat not in ActionProgres.Etat.values:
        raise Refus("Cet état n'existe pas. Choisissez dans la liste.")
    rules.check_etat(etat, motif)
    before = {"etat": action.etat, "echeance": str(action.echeance or ""), "fonction": action.fonction}
    action.etat, action.echeance, action.fonction = etat, echeance, fonction.strip()[:120]
    action.motif = motif.strip() or action.motif
    action.close_le = instant if etat in rules.progres.CLOSES else None
    action.save(update_fields=["etat", "echeance", "fonction", "motif", "close_le"])
    inscrire(
        action="progres.modifier",
        objet=action,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"avant": before, "etat": etat, "echeance": str(echeance or ""), "fonction": action.fonction},
    )
    return action
