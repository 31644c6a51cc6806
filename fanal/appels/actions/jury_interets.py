"""Declared interests: what they withdraw follows at once, is journaled, and is lifted only with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from fanal.appels.actions.jury_commun import appliquer_retraits, verrouiller
from fanal.appels.compute.jury_interets import noms_cherches
from fanal.appels.models import Interet, LectureJury, MembreJury
from fanal.appels.rules.jury import check_fournisseur, check_interet, check_membre_actif, check_motif
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Etablissement, Ght

A_SON_NOM = "Un membre du jury déclare ses propres intérêts : personne ne le fait à sa place."


@dataclass(frozen=True)
class Declare:
    """An interest as declared: one object among four, its nature, a precision."""

    nature: str
    dossier: Dossier | None = None
    ght: Ght | None = None
    etablissement: Etablissement | None = None
    fournisseur: str = ""
    precision: str = ""

    @property
    def objets(self) -> int:
        return sum(map(bool, (self.dossier, self.ght, self.etablissement, self.fournisseur.strip())))


@transaction.atomic
def declarer(
    *, membre: MembreJury, interets: Sequence[Declare], by: Utilisateur | None, instant: datetime
) -> list[LectureJury]:
    """Add interests (none: the member says there are none); returns the readings withdrawn by it.

    A reading handed in before is withdrawn as well: its scores stay readable by the organiser, and no longer
    count. Raises Interdit for somebody else's interests, Inutilisable for an interest without one object,
    Refus for a member who has left.
    """
    if by is not None and by.pk != membre.utilisateur_id:
        raise Interdit(A_SON_NOM)
    appel = verrouiller(membre.appel)
    tenu = MembreJury.objects.select_related("utilisateur").get(pk=membre.pk)
    check_membre_actif(retire=tenu.retire_le is not None)
    for declare in interets:
        _check(declare)
        _inscrire(tenu, declare, by, instant)
    premiere = tenu.declaration_le is None
    tenu.declaration_le = instant
    tenu.save(update_fields=["declaration_le"])
    inscrire(
        action="jury.declarer",
        objet=tenu,
        by=by,
        instant=instant,
        donnees={"appel": appel.pk, "interets": len(interets), "premiere": premiere},
    )
    motif = f"Intérêt déclaré le {timezone.localdate(instant):%d/%m/%Y}."
    return appliquer_retraits(appel=appel, by=by, instant=instant, motif=motif)


def _check(declare: Declare) -> None:
    check_interet(objets=declare.objets, nature=declare.nature, natures=Interet.Nature.values)
    if declare.fournisseur.strip():
        check_fournisseur(noms_cherches(declare.fournisseur), declare.fournisseur.strip())


def _inscrire(membre: MembreJury, declare: Declare, by: Utilisateur | None, instant: datetime) -> None:
    interet = Interet.objects.create(
        membre=membre,
        dossier=declare.dossier,
        ght=declare.ght,
        etablissement=declare.etablissement,
        fournisseur=declare.fournisseur.strip(),
        nature=declare.nature,
        precision=declare.precision.strip(),
        declare_le=instant,
    )
    # The journal names numbers, never a person nor what links it: the row holds that.
    donnees: Mapping[str, object] = {
        "membre": membre.pk,
        "dossier": interet.dossier_id,
        "ght": interet.ght_id,
        "etablissement": interet.etablissement_id,
        "fournisseur": bool(interet.fournisseur),
    }
    inscrire(action="jury.interet.declarer", objet=interet, by=by, instant=instant, donnees=donnees)


@transaction.atomic
def lever(*, interet: Interet, motif: str, by: Utilisateur | None, instant: datetime) -> Interet:
    """The organiser lifts an interest, with a reason. Readings that it withdrew do not come back.

    Raises Refus: no reason, or lifted already.
    """
    check_motif(motif, "Lever un intérêt déclaré")
    verrouiller(interet.membre.appel)
    tenu = Interet.objects.get(pk=interet.pk)
    if tenu.leve_le is not None:
        raise Refus("Cet intérêt est déjà levé.")
    tenu.leve_le, tenu.motif_levee = instant, motif.strip()
    tenu.save(update_fields=["leve_le", "motif_levee"])
    donnees = {"membre": tenu.membre_id}
    inscrire(action="jury.interet.lever", objet=tenu, by=by, instant=instant, motif=motif, donnees=donnees)
    return tenu
