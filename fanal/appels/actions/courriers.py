"""Letters that tell a decision: printed, kept by hash, marked as sent. Only then does the applicant know."""

import io
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.appels.actions.enveloppes import noter, tenir
from fanal.appels.compute.courriers import nature_de, remplir
from fanal.appels.models import Appel, Attribution, Courrier, Enveloppe
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.enveloppes import RELIES, liste_complementaire
from fanal.appels.queries.simulations import nom_du_dossier
from fanal.appels.rules.enveloppes import euros
from fanal.appels.rules.regles import Regles
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.interface import pdf
from fanal.interface.nombres import ecrire_date
from fanal.parametres import valeur
from fanal.refus import Refus

MODELE = "appels/documents/courrier.typ"
OBJETS = {
    "notification": "projet retenu",
    "modification": "montant modifié",
    "complementaire": "inscription sur la liste complémentaire",
    "refus": "projet non retenu",
}
SANS_MONTANT = {"notification", "complementaire"}
AVEC_RECOURS = {"complementaire", "refus"}
LOT_MAX = 500


@transaction.atomic
def etablir(
    *, attributions: Iterable[Attribution], by: Utilisateur | None, instant: datetime
) -> list[Courrier]:
    """Print the letters that tell these decisions as they are now; one already printed is given back.

    Raises Refus when nothing is chosen, or for a decision that has no letter (an abandonment); Interdit.
    """
    demandees = [a.pk for a in attributions]
    _check_lot(demandees)
    lues = Attribution.objects.filter(pk__in=demandees).select_related(*RELIES).order_by("rang", "pk")
    etablis = []
    for enveloppe in Enveloppe.objects.filter(attributions__in=demandees).distinct().order_by("pk"):
        tenue = tenir(enveloppe, by=by, instant=instant)
        rangs = {a.pk: n for n, a in enumerate(liste_complementaire(tenue), 1)}
        nouveaux = []
        for attribution in lues.filter(enveloppe=tenue):
            connu = a_jour(attribution)
            if connu is None:
                connu = _imprimer(attribution, rangs.get(attribution.pk, 0), by, instant)
                nouveaux.append([attribution.dossier_id, connu.nature, connu.original.empreinte])
            etablis.append(connu)
        if nouveaux:
            noter(tenue, "courrier.etablir", by, instant, donnees={"courriers": nouveaux})
    return etablis


@transaction.atomic
def marquer_envoyes(
    *, courriers: Iterable[Courrier], by: Utilisateur | None, instant: datetime
) -> list[Courrier]:
    """Mark letters as sent: from then on each applicant sees its decision.

    Raises Refus when nothing is chosen, or when a decision changed since its letter was printed; Interdit.
    """
    numeros = [c.pk for c in courriers]
    _check_lot(numeros)
    envoyes = []
    for enveloppe in Enveloppe.objects.filter(attributions__courriers__in=numeros).distinct().order_by("pk"):
        tenue = tenir(enveloppe, by=by, instant=instant)
        lus = Courrier.objects.select_for_update(of=("self",)).filter(
            pk__in=numeros, attribution__enveloppe=tenue, envoye_le=None
        )
        ici = list(lus.select_related("attribution__dossier").order_by("pk"))
        for courrier in ici:
            _check_actuel(courrier)
        Courrier.objects.filter(pk__in=[c.pk for c in ici]).update(envoye_le=instant)
        envoyes += ici
        if ici:
            donnees = {"courriers": [[c.attribution.dossier_id, c.nature] for c in ici]}
            noter(tenue, "courrier.envoyer", by, instant, donnees=donnees)
    return envoyes


def dit_la_decision(courrier: Courrier, attribution: Attribution) -> bool:
    """Whether a letter says what is decided now."""
    return (courrier.statut, courrier.montant, courrier.options, courrier.motif) == (
        attribution.statut,
        attribution.montant,
        attribution.options,
        attribution.motif,
    )


def a_jour(attribution: Attribution) -> Courrier | None:
    """The last letter of an attribution, if it says what is decided now."""
    dernier = attribution.courriers.select_related("original").order_by("-etabli_le", "-pk").first()
    return dernier if dernier is not None and dit_la_decision(dernier, attribution) else None


def paquet(courriers: Sequence[Courrier]) -> bytes:
    """A ZIP of letters as they were printed, one PDF by dossier."""
    flux = io.BytesIO()
    with zipfile.ZipFile(flux, "w", zipfile.ZIP_DEFLATED) as archive:
        for courrier in courriers:
            with courrier.original.fichier.open("rb") as lu:
                archive.writestr(f"{courrier.attribution.dossier_id}-{courrier.nature}.pdf", lu.read())
    return flux.getvalue()


def imprimer_ensemble(courriers: Sequence[Courrier], instant: datetime) -> bytes:
    """The same letters in one PDF, to print at once."""
    rangs: dict[int, dict[int, int]] = {}
    lettres = []
    for courrier in courriers:
        attribution = courrier.attribution
        table = rangs.setdefault(
            attribution.enveloppe_id,
            {a.pk: n for n, a in enumerate(liste_complementaire(attribution.enveloppe), 1)},
        )
        lettres.append(
            _lettre(attribution, courrier.nature, table.get(attribution.pk, 0), courrier.etabli_le)
        )
    return _composer(lettres, "Courriers", instant, courriers[0].attribution)


def _imprimer(attribution: Attribution, rang: int, by: Utilisateur | None, instant: datetime) -> Courrier:
    dits = Courrier.objects.filter(attribution=attribution, envoye_le__isnull=False)
    nature = nature_de(
        attribution.statut,
        # Without an amount there is none to change: a kept project is told so again.
        deja_retenu=not attribution.sans_argent
        and dits.filter(statut__in=["provisoire", "definitive"]).exists(),
    )
    if not nature:
        raise Refus(f"La décision « {attribution.get_statut_display()} » n'a pas de courrier à envoyer.")
    contenu = _composer(
        [_lettre(attribution, nature, rang, instant)],
        f"Courrier : {OBJETS[nature]}",
        instant,
        attribution,
    )
    with tempfile.TemporaryDirectory(prefix="fanal-courrier-") as dossier:
        chemin = Path(dossier) / "courrier.pdf"
        chemin.write_bytes(contenu)
        original = keep_original(chemin=chemin, empreinte=file_hash(chemin))
    return Courrier.objects.create(
        attribution=attribution,
        nature=nature,
        statut=attribution.statut,
        montant=attribution.montant,
        options=attribution.options,
        motif=attribution.motif,
        original=original,
        etabli_le=instant,
        auteur=by,
    )


def _lettre(attribution: Attribution, nature: str, rang: int, instant: datetime) -> dict[str, Any]:
    appel, dossier = attribution.enveloppe.appel, attribution.dossier
    regles = regles_de(appel)
    textes = regles.courriers
    le = local_day(instant)
    organisateur = _organisateur(appel, le)
    valeurs = {
        "declarant": dossier.nom_noeud,
        "reference": f"« {dossier.reference} »" if dossier.reference else "",
        "appel": appel.campagne.titre,
        "annee": str(appel.campagne.annee),
        "organisateur": organisateur,
        "montant": "" if attribution.sans_argent else euros(attribution.montant),
        "demande": "" if attribution.sans_argent else euros(attribution.demande),
        "options": options_en_mots(regles, attribution.options),
        "caractere": "définitif" if attribution.statut == "definitive" else "provisoire",
        "motif": attribution.motif,
        "rang": str(rang or attribution.rang or ""),
    }
    recours = textes.get("recours") or valeur("appels.courriers.recours", le=le)
    return {
        "expediteur": organisateur,
        "date": ecrire_date(le),
        "destinataire": dossier.nom_noeud,
        "precision": f"Dossier {dossier.reference}" if dossier.reference else "",
        "objet": f"{appel.campagne.titre}, {OBJETS[nature]}",
        "paragraphes": remplir(textes.get(nature) or _texte_type(attribution, nature, le), valeurs),
        "motif": _motif(attribution.motif),
        "recours": recours if nature in AVEC_RECOURS else "",
        "signature": f"Pour {organisateur},",
    }


def _texte_type(attribution: Attribution, nature: str, le: date) -> str:
    """The model text of a letter; those that speak of money have another one without it."""
    sans = "_sans_montant" if attribution.sans_argent and nature in SANS_MONTANT else ""
    return str(valeur(f"appels.courriers.{nature}{sans}", le=le))


def options_en_mots(regles: Regles, codes: Iterable[str]) -> str:
    """The options granted, as a sentence; empty for none."""
    titres = {o.code: o.titre for o in regles.suivi.options}
    dits = [titres.get(code, code) for code in codes]
    return f"Il bénéficie en outre de : {', '.join(dits).lower()}." if dits else ""


def _organisateur(appel: Appel, le: date) -> str:
    """Who signs: the agency of the région, or the national organiser that the parameters name."""
    if appel.region is not None:
        return f"Agence régionale de santé {appel.region.nom}"
    return str(valeur("appels.courriers.expediteur", le=le))


def _motif(motif: str) -> str:
    """A reason as a letter gives it: the engine's verdict word is left out."""
    dit = motif.removeprefix("Rien : ")
    return dit[:1].upper() + dit[1:]


def _composer(
    lettres: list[dict[str, Any]], titre: str, instant: datetime, attribution: Attribution
) -> bytes:
    return pdf.composer(
        MODELE,
        {"titre": titre, "lettres": lettres},
        instant=instant,
        demonstration=attribution.enveloppe.appel.campagne.demonstration or None,
    )


def _check_lot(numeros: Sequence[int]) -> None:
    if not numeros:
        raise Refus("Aucun dossier n'est choisi. Cochez ceux dont vous voulez le courrier.")
    if len(numeros) > LOT_MAX:
        raise Refus(f"{len(numeros)} courriers à la fois, {LOT_MAX} au plus : faites-le en plusieurs fois.")


def _check_actuel(courrier: Courrier) -> None:
    if not dit_la_decision(courrier, courrier.attribution):
        raise Refus(
            f"La décision sur {nom_du_dossier(courrier.attribution.dossier)} a changé depuis son courrier : "
            "établissez-en un nouveau avant de l'envoyer. Rien n'a été marqué."
        )
