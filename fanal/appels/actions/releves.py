"""Indicators declared at each date: one value current, those it replaced still readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from fanal.appels.actions.suivi import attribution_de, projet
from fanal.appels.compute.suivi import echeance_de
from fanal.appels.models import Indicateur, Jalon, Releve
from fanal.appels.rules.suivi import check_correction, check_motif, check_releve
from fanal.campagnes.actions.commun import record
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.rules import canonical_data
from fanal.refus import Introuvable, Refus

MESURE = Releve.Nature.MESURE.value
UNE_SEULE = (Releve.Nature.REFERENCE.value, Releve.Nature.CIBLE.value)


@dataclass(frozen=True)
class Saisi:
    """A value as declared. `lue`: the current value that its author saw, when it corrects one."""

    indicateur: str
    nature: str
    jour: date
    valeur: Decimal
    commentaire: str = ""
    lue: Decimal | None = None


@dataclass
class Bilan:
    """What a declaration did."""

    ajoutes: int = 0
    corriges: int = 0
    inchanges: int = 0


class RefusDeclaration(Refus):
    """Faults of a declaration, by rank of the value: nothing was recorded."""

    def __init__(self, fautes: dict[int, str]) -> None:
        nombre = len(fautes)
        suite = (
            "" if nombre == 1 else f" Et {nombre - 1} autres remarques." if nombre > 2 else " Et une autre."
        )
        super().__init__(f"Rien n'a été enregistré. {next(iter(fautes.values()))}{suite}")
        self.fautes = fautes


@transaction.atomic
def declarer(
    *,
    dossier: Dossier,
    saisies: Sequence[Saisi],
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> Bilan:
    """Declare values, all or none. A value equal to the current one changes nothing; a different one corrects
    it, with *motif*. Raises RefusDeclaration (each fault by rank), Refus, Interdit.
    """
    tenu = projet(dossier, by=by, instant=instant)
    if not saisies:
        raise Refus("Aucune valeur n'est renseignée. Remplissez au moins un indicateur.")
    connus = {i.code: i for i in tenu.campagne.appel.indicateurs.all()}
    courants = _courants(tenu)
    accord = attribution_de(tenu)
    debut = local_day(accord.decidee_le) if accord else local_day(instant)
    fautes: dict[int, str] = {}
    for rang, saisi in enumerate(saisies):
        try:
            _verifier(saisi, connus, courants, debut, local_day(instant), motif)
            cle = _cle(saisi.indicateur, saisi.nature, saisi.jour)
            if any(_cle(s.indicateur, s.nature, s.jour) == cle for s in saisies[:rang]):
                raise Refus(f"« {connus[saisi.indicateur].titre} » est déclaré deux fois pour le même jour.")
        except Refus as refus:
            fautes[rang] = refus.phrase
    if fautes:
        raise RefusDeclaration(fautes)
    bilan = Bilan()
    for saisi in saisies:
        _ecrire(tenu, saisi, connus[saisi.indicateur], courants, bilan, by, instant, motif)
    _echeances(tenu, instant)
    donnees = {"ajoutes": bilan.ajoutes, "corriges": bilan.corriges, "inchanges": bilan.inchanges}
    if bilan.ajoutes or bilan.corriges:
        record(
            campagne=tenu.campagne,
            action="suivi.declarer",
            objet=tenu,
            by=by,
            instant=instant,
            motif=motif,
            donnees=donnees,
        )
    return bilan


@transaction.atomic
def retirer(*, releve: Releve, motif: str, by: Utilisateur | None, instant: datetime) -> Releve:
    """Withdraw a value declared by mistake (a wrong day); it stays readable. Raises Refus, Interdit."""
    tenu = projet(releve.dossier, by=by, instant=instant)
    pris = Releve.objects.select_for_update().get(pk=releve.pk)
    if pris.remplace_le is not None:
        raise Refus("Cette valeur n'a plus cours : elle est déjà corrigée ou retirée.")
    check_motif(motif, "Dites pourquoi la valeur est retirée : elle reste lisible dans l'historique.")
    pris.remplace_le = instant
    pris.save(update_fields=["remplace_le"])
    _echeances(tenu, instant)
    record(
        campagne=tenu.campagne,
        action="suivi.retirer",
        objet=tenu,
        by=by,
        instant=instant,
        motif=motif,
        donnees=canonical_data(
            {"indicateur": pris.indicateur.code, "jour": pris.jour, "valeur": pris.valeur}
        ),
    )
    return pris


def _cle(indicateur: str, nature: str, jour: date) -> tuple[str, str, date | None]:
    """What a value stands for: a baseline and a target are one for the project, whatever their day."""
    return indicateur, nature, None if nature in UNE_SEULE else jour


def _courants(dossier: Dossier) -> dict[tuple[str, str, date | None], Releve]:
    courants = dossier.releves.filter(remplace_le=None).select_related("indicateur")
    return {_cle(r.indicateur.code, r.nature, r.jour): r for r in courants}


def _verifier(
    saisi: Saisi,
    connus: dict[str, Indicateur],
    courants: dict[tuple[str, str, date | None], Releve],
    debut: date,
    le: date,
    motif: str,
) -> None:
    indicateur = connus.get(saisi.indicateur)
    if indicateur is None:
        raise Introuvable(
            f"L'indicateur « {saisi.indicateur} » n'existe pas dans cet appel. "
            f"Indicateurs connus : {', '.join(connus) or 'aucun'}."
        )
    if saisi.nature not in Releve.Nature.values:
        raise Refus(f"« {saisi.nature} » n'est ni reference, ni cible, ni mesure.")
    check_releve(
        titre=indicateur.titre,
        unite=indicateur.unite,
        nature=saisi.nature,
        jour=saisi.jour,
        valeur=saisi.valeur,
        le=le,
        debut=debut,
        minimum=indicateur.minimum,
        maximum=indicateur.maximum,
    )
    courant = courants.get(_cle(saisi.indicateur, saisi.nature, saisi.jour))
    if courant is not None and courant.valeur != saisi.valeur:
        check_correction(lue=saisi.lue, courante=courant.valeur, valeur=saisi.valeur, motif=motif)


def _ecrire(
    dossier: Dossier,
    saisi: Saisi,
    indicateur: Indicateur,
    courants: dict[tuple[str, str, date | None], Releve],
    bilan: Bilan,
    by: Utilisateur | None,
    instant: datetime,
    motif: str,
) -> None:
    courant = courants.get(_cle(saisi.indicateur, saisi.nature, saisi.jour))
    if courant is not None and courant.valeur == saisi.valeur:
        bilan.inchanges += 1
        return
    if courant is not None:
        Releve.objects.filter(pk=courant.pk).update(remplace_le=instant)
        bilan.corriges += 1
    else:
        bilan.ajoutes += 1
    Releve.objects.create(
        dossier=dossier,
        indicateur=indicateur,
        nature=saisi.nature,
        jour=saisi.jour,
        valeur=saisi.valeur,
        commentaire=saisi.commentaire.strip() or (motif.strip() if courant else ""),
        auteur=by,
        declare_le=instant,
    )


def _echeances(dossier: Dossier, instant: datetime) -> None:
    """Reach the due dates of indicators that are complete; a withdrawn value opens its date again."""
    codes = set(dossier.campagne.appel.indicateurs.values_list("code", flat=True))
    jalons = list(dossier.jalons.exclude(nature=Jalon.Nature.ETAPE))
    dates = [j.prevu_le for j in jalons if j.nature == Jalon.Nature.RELEVE]
    declares = list(
        dossier.releves.filter(remplace_le=None).values_list("indicateur__code", "nature", "jour")
    )
    for jalon in jalons:
        if jalon.nature == Jalon.Nature.REFERENCE:
            par_nature = [{c for c, n, _ in declares if n == nature} for nature in UNE_SEULE]
            complet = all(codes <= faits for faits in par_nature)
        else:
            faits = {c for c, n, d in declares if n == MESURE and echeance_de(d, dates) == jalon.prevu_le}
            complet = codes <= faits
        if complet and jalon.atteint_le is None:
            jalon.atteint_le = local_day(instant)
        elif not complet and jalon.atteint_le is not None:
            jalon.atteint_le = None
        else:
            continue
        jalon.save(update_fields=["atteint_le"])
