"""A self-assessment: who assesses, what each answers, the proofs, and the levels kept at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from fanal.campagnes import rules as moteur
from fanal.campagnes.actions import dossiers
from fanal.campagnes.actions.commun import lock, record
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Dossier, Version
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.maturite import rules
from fanal.maturite.models import Appreciation, Evaluateur, NiveauRetenu, NiveauSujet, Profil, Sujet
from fanal.maturite.queries.evaluations import SujetArrete, sujets_arretes
from fanal.parametres import valeur
from fanal.refus import Interdit, Refus
from fanal.territoires.noeuds import Noeud

SAISIR = "candidature.saisir"


@dataclass(frozen=True)
class Choix:
    """The level chosen for a topic (None: not rated), and why when it must be said."""

    niveau: int | None
    motif: str = ""


@dataclass(frozen=True)
class Reponse:
    """What one person answers on a topic: a level, or None to pass."""

    niveau: int | None
    commentaire: str = ""


def tenir(dossier: Dossier, by: Utilisateur | None, instant: datetime, permission: str = SAISIR) -> Dossier:
    """The dossier locked, when it can still be answered and *by* may."""
    dossier = lock(dossier)
    check_droit(by, permission, Noeud.de(dossier), instant)
    rules.check_modifiable(reception_de(dossier).etape(dossier.etape).preparation)
    moteur.check_ouverte(dossier.campagne.titre, dossier.campagne.ouverture, instant)
    return dossier


@transaction.atomic
def renseigner(
    *,
    dossier: Dossier,
    chu: bool | None,
    accompagne: bool | None,
    by: Utilisateur | None,
    instant: datetime,
) -> Profil:
    """Say what places the GHT among its peers."""
    dossier = tenir(dossier, by, instant)
    profil = Profil.objects.get(dossier=dossier)
    profil.chu, profil.accompagne = chu, accompagne
    profil.save(update_fields=["chu", "accompagne"])
    record(
        campagne=dossier.campagne,
        action="maturite.profil",
        objet=dossier,
        by=by,
        instant=instant,
        donnees={"chu": chu, "accompagne": accompagne},
    )
    return profil


@transaction.atomic
def inviter(
    *,
    dossier: Dossier,
    utilisateur: Utilisateur,
    fonction: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Evaluateur:
    """Ask an account of the GHT to assess, named by its function. Raises Refus, Interdit."""
    dossier = tenir(dossier, by, instant)
    if not fonction.strip():
        raise Refus("Dites la fonction de la personne invitée, par exemple « pharmacien » ou « acheteur ».")
    held = perimetre(utilisateur, "candidature.voir", local_day(instant))
    if not held.contient(Noeud.de(dossier)):
        raise Refus("Ce compte n'appartient pas au GHT. Invitez une personne qui y tient un rôle.")
    if Evaluateur.objects.filter(dossier=dossier, utilisateur=utilisateur).exists():
        raise Refus("Cette personne est déjà invitée.")
    evaluateur = Evaluateur.objects.create(
        dossier=dossier, utilisateur=utilisateur, fonction=fonction.strip()[:120], invite_le=instant
    )
    _record(dossier, "maturite.inviter", by, instant, evaluateur)
    return evaluateur


@transaction.atomic
def retirer(*, evaluateur: Evaluateur, by: Utilisateur | None, instant: datetime, motif: str) -> None:
    """Withdraw an invitation that was not answered. Raises Refus once the person has handed in."""
    dossier = tenir(evaluateur.dossier, by, instant)
    moteur.check_motif(motif)
    if evaluateur.rendu_le is not None:
        raise Refus("Cette évaluation est rendue : elle compte, et ne se retire pas.")
    record(
        campagne=dossier.campagne,
        action="maturite.inviter",
        objet=dossier,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"retiree": evaluateur.fonction},
    )
    evaluateur.delete()


def _own(evaluateur: Evaluateur, by: Utilisateur | None) -> None:
    if by is not None and evaluateur.utilisateur_id != by.pk:
        raise Interdit("Chacun répond pour soi : cette évaluation est celle d'une autre personne.")


@transaction.atomic
def apprecier(
    *,
    evaluateur: Evaluateur,
    reponses: Mapping[int, Reponse],
    by: Utilisateur | None,
    instant: datetime,
) -> int:
    """Give topics (by number) a level, or pass; the others keep theirs. Returns how many were given.

    Raises Refus once handed in, or for a topic or level of another grid; Interdit for another's answers.
    """
    dossier = tenir(evaluateur.dossier, by, instant)
    _own(evaluateur, by)
    if Evaluateur.objects.get(pk=evaluateur.pk).rendu_le is not None:
        raise Refus("Votre évaluation est rendue : ses réponses ne changent plus.")
    grille = Profil.objects.get(dossier=dossier).grille_id
    topics = Sujet.objects.filter(theme__grille=grille).prefetch_related("niveaux").in_bulk()
    Appreciation.objects.bulk_create(
        (
            Appreciation(
                evaluateur=evaluateur,
                sujet=_topic(topics, number),
                niveau=_level(_topic(topics, number), answer.niveau),
                commentaire=answer.commentaire.strip(),
                updated_at=instant,
            )
            for number, answer in reponses.items()
        ),
        update_conflicts=True,
        unique_fields=["evaluateur", "sujet"],
        update_fields=["niveau", "commentaire", "updated_at"],
    )
    return len(reponses)


def _topic(topics: Mapping[int, Sujet], number: int) -> Sujet:
    if number not in topics:
        raise Refus("Ce sujet n'est pas de la grille de cette enquête.")
    return topics[number]


def _level(sujet: Sujet, rang: int | None) -> NiveauSujet | None:
    if rang is None:
        return None
    level = next((n for n in sujet.niveaux.all() if n.rang == rang), None)
    if level is None:
        raise Refus(f"« {sujet.titre} » n'a pas de niveau {rang}. Choisissez dans la liste.")
    return level


@transaction.atomic
def rendre(*, evaluateur: Evaluateur, by: Utilisateur | None, instant: datetime) -> Evaluateur:
    """Hand in one's answers: frozen, and from then on seen by the others. Raises Refus with what is "
    "missing."""
    dossier = tenir(evaluateur.dossier, by, instant)
    _own(evaluateur, by)
    evaluateur = Evaluateur.objects.get(pk=evaluateur.pk)
    if evaluateur.rendu_le is not None:
        return evaluateur
    grille = Profil.objects.get(dossier=dossier).grille_id
    missing = Sujet.objects.filter(theme__grille=grille).exclude(
        pk__in=evaluateur.appreciations.values("sujet")
    )
    rules.check_evaluation_rendue(list(missing.values_list("titre", flat=True)))
    evaluateur.rendu_le = instant
    evaluateur.save(update_fields=["rendu_le"])
    _record(dossier, "maturite.rendre", by, instant, evaluateur)
    return evaluateur


@transaction.atomic
def transmettre(
    *,
    dossier: Dossier,
    choix: Mapping[int, Choix],
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> Version:
    """Keep a level for each topic and hand the self-assessment in. `choix` is by topic number; a topic
    that is not in it takes the level proposed (lower median of the answers).

    Raises Refus: somebody invited has not answered, a level needs a reason; Interdit.
    """
    dossier = tenir(dossier, by, instant, "candidature.deposer")
    people = list(dossier.evaluateurs.all())
    waiting = {e.fonction: "" for e in people if e.rendu_le is None}
    rules.check_transmission(sum(e.rendu_le is not None for e in people), waiting)
    arretes = sujets_arretes(dossier, {k: (c.niveau, c.motif) for k, c in choix.items()})
    threshold = int(valeur("maturite.ecart_a_motiver", le=local_day(instant)))
    rules.check_niveaux_arretes([a.arret for a in arretes], ecart_a_motiver=threshold)
    version = dossiers.enregistrer_version(dossier=dossier, depot=None, by=by, instant=instant, motif=motif)
    NiveauRetenu.objects.bulk_create(_row(version, a) for a in arretes)
    lignes = {a.sujet.code: sha256({"niveau": a.arret.niveau, "motif": a.arret.motif}) for a in arretes}
    dossiers.sceller(version=version, lignes=lignes, by=by, instant=instant)
    # The step is taken just after the version it asks for.
    dossiers.franchir(
        dossier=dossier, transition="transmettre", by=by, instant=instant + timedelta(microseconds=1)
    )
    return version


def _row(version: Version, arrete: SujetArrete) -> NiveauRetenu:
    return NiveauRetenu(
        version=version,
        sujet=arrete.sujet,
        niveau=arrete.niveaux.get(arrete.arret.niveau or 0),
        prouve=arrete.niveaux.get(arrete.prouve),
        ecart=arrete.arret.ecart,
        motif=arrete.arret.motif.strip(),
    )


def _record(
    dossier: Dossier, action: str, by: Utilisateur | None, instant: datetime, evaluateur: Evaluateur
) -> None:
    record(
        campagne=dossier.campagne,
        action=action,
        objet=dossier,
        by=by,
        instant=instant,
        donnees={"evaluateur": evaluateur.pk, "fonction": evaluateur.fonction},
    )
