"""The minutes of a sitting, generated from what happened and kept by hash.

They say what R133-13 CRPA asks: those present and in what quality, the questions dealt with, the sense of
each deliberation, the dissent that a member asks to mention; and who left the room. Readers are not named.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from fanal.appels.compute.jury import REGLE_DES_EGALITES
from fanal.appels.models import Appel, Deliberation, MembreJury, Seance
from fanal.appels.queries.jury import grille_de, membres_de, situations
from fanal.appels.rules.jury import PROPOSITIONS
from fanal.campagnes.models import Dossier
from fanal.depots.actions import keep_original
from fanal.depots.models import Original
from fanal.interface import pdf
from fanal.interface.nombres import ecrire_date, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import Colonne

MODELE = "appels/documents/proces_verbal.typ"


def etablir(seance: Seance, *, instant: datetime) -> Original:
    """The minutes of a closed sitting as a PDF, kept."""
    contenu = pdf.composer(
        MODELE, donnees_de(seance), instant=instant, demonstration=seance.appel.campagne.demonstration or None
    )
    with tempfile.TemporaryDirectory(prefix="fanal-jury-") as dossier:
        chemin = Path(dossier) / "proces-verbal.pdf"
        chemin.write_bytes(contenu)
        return keep_original(chemin=chemin, empreinte=hashlib.sha256(contenu).hexdigest())


def donnees_de(seance: Seance) -> dict[str, Any]:
    """What the minutes print, as texts already written in French."""
    appel = seance.appel
    deliberations = list(
        seance.deliberations.select_related(
            "dossier__ght", "dossier__etablissement", "dossier__region", "dossier__version_courante"
        ).prefetch_related("deportes__utilisateur")
    )
    deliberations.sort(key=lambda d: (d.rang or 0, d.dossier_id))
    presents = list(seance.presents.select_related("utilisateur"))
    totaux = {e.dossier.pk: e.totaux for e in situations(appel, [d.dossier for d in deliberations])}
    return {
        "titre": "Procès-verbal du jury",
        "sous_titre": appel.campagne.titre,
        "phrase": _phrase(seance, presents, deliberations),
        "membres": _membres(appel, presents),
        "regles": _regles(appel, seance),
        "classement": pdf.table("Classement", COLONNES, [_rang(d) for d in deliberations]),
        "points": [_point(d, totaux.get(d.dossier_id, [])) for d in deliberations],
        "observations": seance.observations,
        "sans_quorum": seance.motif_sans_quorum,
    }


COLONNES = [
    Colonne("rang", "Rang", "entier"),
    Colonne("dossier", "Dossier"),
    Colonne("note", "Note sur 100", "nombre", decimales=3),
    Colonne("ecart", "Écart", "nombre", decimales=3),
    Colonne("proposition", "Proposition"),
]


def nom_de(dossier: Dossier) -> str:
    """What a dossier is called: its applicant, and its reference when there are several."""
    reference = f", {dossier.reference}" if dossier.reference else ""
    return f"{dossier.nom_noeud}{reference} (dossier {dossier.pk})"


def _phrase(seance: Seance, presents: Sequence[MembreJury], lignes: Sequence[Deliberation]) -> str:
    retenus = sum(d.proposition == "retenir" for d in lignes)
    lieu = f", {seance.lieu}" if seance.lieu else ""
    un = len(lignes) == 1
    return (
        f"Séance du {ecrire_date(seance.jour)}{lieu} : {len(presents)} membre"
        f"{'s' if len(presents) > 1 else ''} présent{'s' if len(presents) > 1 else ''}, "
        f"{len(lignes)} dossier{'' if un else 's'} délibéré{'' if un else 's'}, dont {retenus} que le jury "
        "propose de retenir."
    )


def _membres(appel: Appel, presents: Sequence[MembreJury]) -> list[dict[str, str]]:
    la = {m.pk for m in presents}
    siegent = [m for m in membres_de(appel) if m.pk in la or m.retire_le is None]
    return [
        {
            "nom": str(m.utilisateur),
            "qualite": m.get_qualite_display(),
            "presence": "présent" if m.pk in la else "absent",
            "declaration": f"intérêts déclarés le {ecrire_date(m.declaration_le)}"
            if m.declaration_le
            else "sans déclaration d'intérêts",
        }
        for m in siegent
    ]


def _regles(appel: Appel, seance: Seance) -> list[str]:
    grille = grille_de(appel)
    criteres = " ; ".join(
        f"{c.titre} (de 0 à {c.maximum}, poids {ecrire_nombre(c.poids)})" for c in grille.criteres
    )
    return [
        f"Grille : {criteres}. Total ramené sur 100.",
        f"{grille.lectures} lectures par dossier, chacune faite sans connaître l'autre. Au-delà de "
        f"{ecrire_nombre(grille.ecart_alerte)} points d'écart, la séance discute ou demande une lecture.",
        REGLE_DES_EGALITES,
        f"Quorum : {ecrire_taux(seance.part_quorum, 0)} des membres qui n'ont pas d'intérêt avec le dossier.",
    ]


def _rang(d: Deliberation) -> list[Any]:
    return [
        d.rang,
        nom_de(d.dossier),
        d.note,
        "" if d.ecart is None else d.ecart,
        PROPOSITIONS[d.proposition],
    ]


def _point(d: Deliberation, totaux: Sequence[Decimal]) -> dict[str, Any]:
    notes = " ; ".join(
        f"{'Lecture' if i == 1 else 'lecture'} {i} : {_note(t)}" for i, t in enumerate(totaux, 1)
    )
    deportes = [str(m.utilisateur) for m in d.deportes.all()]
    return {
        "titre": nom_de(d.dossier),
        "lectures": f"{notes}. Moyenne : {_note(d.moyenne)}."
        + (f" Écart : {_note(d.ecart)}." if d.ecart is not None else " Une seule lecture : pas d'écart."),
        "note": f"Note retenue : {_note(d.note)}."
        + ("" if d.note == d.moyenne else " Elle diffère de la moyenne."),
        "motif": d.motif,
        "sortis": f"Ont quitté la salle, ayant déclaré un intérêt : {', '.join(deportes)}."
        if deportes
        else "Aucun membre présent n'a d'intérêt déclaré avec ce dossier.",
        "votants": f"{d.votants} membre{'s' if d.votants > 1 else ''} "
        f"{'ont' if d.votants > 1 else 'a'} délibéré ; quorum : {d.quorum}.",
        "discussion": d.discussion,
        "desaccord": d.desaccord,
        "proposition": PROPOSITIONS[d.proposition],
    }


def _note(valeur: Decimal | None) -> str:
    return ecrire_nombre(valeur, 3) or "sans objet"
