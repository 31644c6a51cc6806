"""Writing a call, publishing it, moving its dates, withdrawing it; each act asked on the organiser's node."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.appels.actions.candidatures import reexaminer
from fanal.appels.models import Appel, DocumentAppel
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.preparation import manques
from fanal.appels.registre import check_genre
from fanal.appels.rules import appels as rules
from fanal.appels.rules.lecture_regles import en_document, lire_regles
from fanal.appels.rules.regles import Regles
from fanal.appels.types_campagne import FORMAT, TYPE
from fanal.campagnes.actions import campagnes
from fanal.campagnes.actions.commun import record
from fanal.campagnes.models import Repondant
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.rules import check_motif
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.questionnaires.models import VersionFormulaire
from fanal.territoires.noeuds import Noeud

GERER = "appel.gerer"
TEXTES = ("resume", "presentation", "genre", "public")


@transaction.atomic
def creer(
    *,
    noeud: Noeud,
    code: str,
    titre: str,
    annee: int,
    ouverture: datetime,
    cloture: datetime,
    by: Utilisateur | None,
    instant: datetime,
    correction_jusqu_au: datetime | None = None,
    formulaire: VersionFormulaire | None = None,
    regles: Regles | Mapping[str, Any] | str | None = None,
    genre: str = "",
    resume: str = "",
    presentation: str = "",
    public: bool = True,
    demonstration: bool = False,
) -> Appel:
    """A call in preparation, organised by *noeud* (the nation or a région). `correction_jusqu_au` is the last
    instant of the complements that the organiser asks; the closing when it is not given.

    Raises Inutilisable (code, rules), Refus (code taken, dates that do not follow), Interdit.
    """
    rules.check_organisateur(noeud.niveau)
    rules.check_code(code)
    rules.check_titre(titre)
    check_genre(genre)
    lues = regles if isinstance(regles, Regles) else lire_regles(regles or {})
    campagne = campagnes.ouvrir(
        type_campagne=TYPE,
        annee=annee,
        periode="",
        ouverture=ouverture,
        cloture=cloture,
        correction_jusqu_au=max(correction_jusqu_au or cloture, cloture),
        by=by,
        instant=instant,
        demonstration=demonstration,
        identite=(code, titre.strip()),
        organisateur=(GERER, noeud),
    )
    appel = Appel.objects.create(
        campagne=campagne,
        genre=genre,
        resume=resume.strip(),
        presentation=presentation.strip(),
        formulaire=formulaire,
        regles=en_document(lues),
        public=public,
        **noeud.champs(),
    )
    _noter(appel, "appel.creer", by, instant, donnees={"code": code, "regles": appel.regles})
    return appel


@transaction.atomic
def modifier(
    *,
    appel: Appel,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    titre: str | None = None,
    formulaire: VersionFormulaire | None = None,
    regles: Regles | Mapping[str, Any] | str | None = None,
    **textes: Any,
) -> Appel:
    """Change what is given (`resume`, `presentation`, `genre`, `public` in *textes*). Once the call is
    published, changing its form or its rules asks for a reason; drafts keep the version they were begun with,
    and the dossiers not decided yet are examined again.

    Raises Inutilisable, Refus (withdrawn call, no reason), Interdit.
    """
    appel = _verrou(appel, by, instant)
    change: dict[str, Any] = {}
    if formulaire is not None and formulaire.pk != appel.formulaire_id:
        change["formulaire"] = [appel.formulaire_id, formulaire.pk]
        appel.formulaire = formulaire
    if regles is not None:
        document = en_document(regles if isinstance(regles, Regles) else lire_regles(regles))
        if document != appel.regles:
            change["regles"] = document
            appel.regles = document
            appel.save(update_fields=["regles"])
    if change and appel.etat != Appel.Etat.PREPARATION:
        check_motif(motif)
    if "regles" in change:
        _reexaminer(appel, by, instant)
    if titre is not None and titre.strip() != appel.campagne.titre:
        rules.check_titre(titre)
        change["titre"] = appel.campagne.titre = titre.strip()
        appel.campagne.save(update_fields=["titre"])
    for nom in TEXTES:
        if nom in textes and textes[nom] != getattr(appel, nom):
            change[nom] = textes[nom]
            setattr(appel, nom, textes[nom])
    check_genre(appel.genre)
    if change:
        appel.save()
        _noter(appel, "appel.modifier", by, instant, motif=motif, donnees=change)
    return appel


@transaction.atomic
def publier(*, appel: Appel, by: Utilisateur | None, instant: datetime) -> Appel:
    """Publish the call: it is seen at once, and answered from its opening.

    Raises Refus with what is missing.
    """
    appel = _verrou(appel, by, instant)
    rules.check_publier(appel.etat, manques(appel, instant))
    appel.etat, appel.publie_le = Appel.Etat.OUVERT, instant
    appel.save(update_fields=["etat", "publie_le"])
    donnees = {
        "code": appel.campagne.code,
        "formulaire": appel.formulaire.empreinte if appel.formulaire else "",
        "regles": appel.regles,
    }
    _noter(appel, "appel.publier", by, instant, donnees=donnees)
    return appel


@transaction.atomic
def retirer(*, appel: Appel, motif: str, by: Utilisateur | None, instant: datetime) -> Appel:
    """Withdraw the call: no dossier comes in any more, those received stay. Raises Refus without a reason."""
    appel = _verrou(appel, by, instant)
    check_motif(motif)
    appel.etat = Appel.Etat.RETIRE
    appel.save(update_fields=["etat"])
    _noter(appel, "appel.retirer", by, instant, motif=motif)
    return appel


@transaction.atomic
def regler_dates(
    *,
    appel: Appel,
    ouverture: datetime,
    cloture: datetime,
    correction_jusqu_au: datetime,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Appel:
    """Move the dates of a call, with a reason. Dossiers already marked late stay so: it was a fact."""
    appel = _verrou(appel, by, instant)
    if appel.etat == Appel.Etat.OUVERT:
        rules.check_prolonger(appel.campagne.cloture, cloture, instant)
    campagnes.regler(
        campagne=appel.campagne,
        ouverture=ouverture,
        cloture=cloture,
        correction_jusqu_au=correction_jusqu_au,
        motif=motif,
        by=by,
        instant=instant,
        organisateur=(GERER, Noeud.de(appel)),
    )
    return Appel.objects.select_related("campagne").get(pk=appel.pk)


def prolonger(
    *,
    appel: Appel,
    cloture: datetime,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    correction_jusqu_au: datetime | None = None,
) -> Appel:
    """Move the closing only; complements are taken at least until then."""
    campagne = appel.campagne
    return regler_dates(
        appel=appel,
        ouverture=campagne.ouverture,
        cloture=cloture,
        correction_jusqu_au=max(correction_jusqu_au or campagne.correction_jusqu_au, cloture),
        motif=motif,
        by=by,
        instant=instant,
    )


def inviter(
    *, appel: Appel, noeuds: Iterable[Noeud], by: Utilisateur | None, instant: datetime
) -> list[Repondant]:
    """Invite nodes to answer; returns the new ones. They are reminded before the closing."""
    noeuds = list(noeuds)
    from fanal.appels.rules.candidatures import check_declarant

    for noeud in noeuds:
        check_declarant(regles_de(appel), noeud.niveau)
    return campagnes.inviter(
        campagne=appel.campagne,
        format=FORMAT,
        noeuds=noeuds,
        by=by,
        instant=instant,
        organisateur=(GERER, Noeud.de(appel)),
    )


@transaction.atomic
def ajouter_document(
    *,
    appel: Appel,
    titre: str,
    nom: str,
    genre: str,
    chemin: Path,
    by: Utilisateur | None,
    instant: datetime,
) -> DocumentAppel:
    """Put a document beside the call; *genre* is the type read in its content. Kept under its hash."""
    appel = _verrou(appel, by, instant)
    rules.check_titre(titre)
    original = keep_original(chemin=chemin, empreinte=file_hash(chemin))
    document = DocumentAppel.objects.create(
        appel=appel, titre=titre.strip(), nom=nom, genre=genre, original=original, ajoute_le=instant
    )
    donnees = {"titre": document.titre, "nom": nom, "empreinte": original.empreinte}
    _noter(appel, "appel.document", by, instant, donnees=donnees)
    return document


@transaction.atomic
def retirer_document(*, document: DocumentAppel, by: Utilisateur | None, instant: datetime) -> None:
    """Take a document away; its file stays under its hash, the journal keeps its title."""
    appel = _verrou(document.appel, by, instant)
    _noter(appel, "appel.document_retirer", by, instant, donnees={"titre": document.titre})
    document.delete()


def _reexaminer(appel: Appel, by: Utilisateur | None, instant: datetime) -> None:
    """Fill the decision table of the dossiers not decided yet under the corrected rules."""
    attente = appel.campagne.dossiers.filter(
        version_courante__isnull=False, etape__in=["depose", "incomplet", "recevable"]
    )
    for dossier in attente.order_by("pk"):
        reexaminer(dossier=dossier, by=by, instant=instant)


def _verrou(appel: Appel, by: Utilisateur | None, instant: datetime) -> Appel:
    """The call as it is now, locked, for who may settle it; a withdrawn one is not changed."""
    check_droit(by, GERER, Noeud.de(appel), instant)
    appel = (
        Appel.objects.select_for_update(of=("self",))
        .select_related("campagne", "formulaire")
        .get(pk=appel.pk)
    )
    rules.check_non_retire(appel.etat)
    return appel


def _noter(
    appel: Appel,
    action: str,
    by: Utilisateur | None,
    instant: datetime,
    *,
    motif: str = "",
    donnees: dict[str, Any] | None = None,
) -> None:
    record(
        campagne=appel.campagne,
        action=action,
        objet=appel,
        by=by,
        instant=instant,
        motif=motif,
        donnees=donnees or {},
    )
