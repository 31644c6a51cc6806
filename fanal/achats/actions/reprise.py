"""Operators' lines accepted into a GHT's trame, and trames controlled again when an operator declares."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from fanal.achats.actions.controles import control_again
from fanal.achats.queries.reprise import FORMAT, affected_versions, lines_to_take, trame_of
from fanal.achats.rules.reprise import check_reprise
from fanal.campagnes import registre
from fanal.campagnes.actions.commun import lock, record
from fanal.campagnes.actions.correction import commencer, completer
from fanal.campagnes.actions.depot import ResultatDepot
from fanal.campagnes.models import Campagne, Version
from fanal.comptes.models import Utilisateur
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import Noeud

MOTIF = "Lignes reprises des déclarations d'opérateurs."


def accept(
    *, campagne: Campagne, ght: Ght, cles: Collection[str], by: Utilisateur | None, instant: datetime
) -> ResultatDepot:
    """Deposit the trame of the GHT again with the chosen operators' lines added, or a first one made of them.

    Raises `Refus` when a chosen line is no longer to be taken (nothing is then written), and what a deposit
    raises: right, step, window.
    """
    lines = {line.cle: line for line in lines_to_take(campagne, ght)}
    check_reprise(cles, lines)
    rows = [line.textes() for cle, line in lines.items() if cle in set(cles)]
    dossier = trame_of(campagne, ght)
    if dossier is not None and dossier.version_courante is not None:
        return completer(version=dossier.version_courante, lignes=rows, by=by, instant=instant, motif=MOTIF)
    return commencer(
        campagne=campagne,
        format=FORMAT,
        noeud=Noeud(Niveau.GHT, ght),
        lignes=rows,
        by=by,
        instant=instant,
        motif=MOTIF,
    )


def control_after_declaration(*, version: Version, instant: datetime) -> int:
    """Run again the controls of the trames that the declaration *version* concerns; returns how many.

    One transaction each, so that nobody waits for all of them. A trame corrected meanwhile was controlled by
    its own deposit.
    """
    done = 0
    for trame in affected_versions(version):
        done += _control(trame, version, instant)
    return done


@transaction.atomic
def _control(trame: Version, declaration: Version, instant: datetime) -> bool:
    dossier = lock(trame.dossier)
    etape = registre.obtenir(dossier.campagne.type_campagne).reception(FORMAT).etape(dossier.etape)
    if dossier.version_courante_id != trame.pk or etape.publiee:
        return False
    before = _remarks(trame)
    control_again(trame)
    if _remarks(trame) != before:
        donnees = {"version": trame.numero, "declaration": declaration.pk}
        record(
            campagne=dossier.campagne,
            action="dossier.controler_de_nouveau",
            objet=dossier,
            by=None,
            instant=instant,
            donnees=donnees,
        )
    return True


def _remarks(version: Version) -> set[tuple[str, str, str]]:
    return set(version.controles.values_list("cle", "code", "phrase"))
