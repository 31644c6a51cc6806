"""What the page of a dossier says: one sentence, the way travelled, the decision table, what can be done."""

from dataclasses import dataclass
from datetime import datetime

from fanal.appels.models import Constat
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.candidatures import Place, places
from fanal.appels.rules.eligibilite import ConstatLu, FaitsDepot, examiner
from fanal.appels.rules.regles import CONSEQUENCES
from fanal.appels.types_campagne import ETAPES
from fanal.campagnes.models import Dossier, Version
from fanal.campagnes.queries.suivi import Marche
from fanal.campagnes.rules import is_after, pluriel
from fanal.campagnes.temps import instant_fr
from fanal.moteurs.xlsform.modele import Verdict
from fanal.questionnaires.queries.formulaires import formulaire_de

# The way of most dossiers; the others (complement, refusal, withdrawal) are said where they stand.
CHEMIN = ("brouillon", "depose", "recevable", "retenu")
DEVIATIONS = {
    "incomplet": "depose",
    "irrecevable": "recevable",
    "complementaire": "retenu",
    "non_retenu": "retenu",
    "abandonne": "brouillon",
}
TITRES = {e.code: e.titre for e in ETAPES}
VERDICTS = {
    "oui": ("Satisfait", "decide"),
    "non": ("Non satisfait", "refus"),
    "inconnu": ("À vérifier", "attente"),
}
TONS = {
    "rejet": "refus",
    "rejet_ligne": "attention",
    "incomplet": "attention",
    "retard": "attention",
    "attente": "attente",
    "information": "information",
}


def marches(dossier: Dossier) -> list[Marche]:
    """The steps of the way, the present one named as it is (refused, withdrawn…)."""
    place = DEVIATIONS.get(dossier.etape, dossier.etape)
    rang = CHEMIN.index(place)
    return [
        Marche(
            code,
            TITRES[dossier.etape] if i == rang else TITRES[code],
            "fait" if i < rang else "encours" if i == rang else "reste",
        )
        for i, code in enumerate(CHEMIN)
    ]


def phrase_dossier(dossier: Dossier, instant: datetime, manques: int | None, *, depose: bool = True) -> str:
    """The answer to « where is my dossier? ». *manques* is what the draft still lacks, None without one;
    *depose*: the reader may hand the dossier in, hence take it back.
    """
    cloture = dossier.campagne.cloture
    retard = " Déposé en retard." if dossier.en_retard else ""
    if dossier.etape == "brouillon":
        return _phrase_brouillon(dossier, instant, manques)
    if dossier.etape == "incomplet":
        fin = dossier.campagne.correction_jusqu_au
        passe = is_after(fin, instant)
        suite = "était attendu" if passe else "est attendu"
        return f"Un complément {suite} jusqu'au {instant_fr(fin)}.{retard}"
    if dossier.etape == "depose" and not is_after(cloture, instant):
        qui = "Vous pouvez" if depose else "Le déclarant peut"
        return f"Le dossier est déposé. {qui} le reprendre jusqu'au {instant_fr(cloture)}.{retard}"
    etape = next(e for e in ETAPES if e.code == dossier.etape)
    return f"{etape.phrase}{retard}"


def _phrase_brouillon(dossier: Dossier, instant: datetime, manques: int | None) -> str:
    reste = (
        "Le dossier est complet : déposez-le"
        if manques == 0
        else f"{pluriel(manques, 'réponse reste', 'réponses restent')} à donner avant de déposer"
        if manques
        else "Le dossier est à remplir"
    )
    permanente = regles_de(dossier.campagne.appel).dossiers.permanente
    if permanente:
        return f"{reste}."
    if is_after(dossier.campagne.cloture, instant):
        return f"{reste}. L'appel est clos : un dépôt sera gardé et marqué en retard."
    return f"{reste} jusqu'au {instant_fr(dossier.campagne.cloture)}."


@dataclass(frozen=True)
class ConstatVu:
    """A line of the decision table as pages show it."""

    titre: str
    etat: tuple[str, str]
    consequence: str
    phrase: str
    reference: str
    motif: str = ""


def constats_vus(version: Version) -> list[ConstatVu]:
    """The decision table of a version, kept at its deposit; what a person settled is said with its reason."""
    return [_vu(c) for c in version.constats.all()]


def _etat(verdict: str, consequence: str) -> tuple[tuple[str, str], str]:
    """The state of a line (word, tone) and what follows, in words; an opinion awaited is not a refusal."""
    if verdict != "non":
        return VERDICTS[verdict], ""
    mot = "En attente" if consequence == "attente" else VERDICTS["non"][0]
    return (mot, TONS.get(consequence, "refus")), CONSEQUENCES.get(consequence, "")


def _vu(c: Constat) -> ConstatVu:
    verdict = c.effectif
    etat, consequence = _etat(verdict, c.consequence)
    motif = f"Tranché à la main : {c.motif_tranche}" if c.tranche and verdict == c.tranche else ""
    return ConstatVu(c.titre, etat, consequence, c.phrase, c.reference, motif)


def constats_prevus(dossier: Dossier, jugement: Verdict, instant: datetime) -> list[ConstatVu]:
    """What the decision table would say of the draft if it were handed in now; opinions left out."""
    regles = regles_de(dossier.campagne.appel)
    en_retard = not regles.dossiers.permanente and is_after(dossier.campagne.cloture, instant)
    faits = FaitsDepot(
        en_retard=en_retard,
        avis_rendus=frozenset(a.instance for a in regles.avis),
        manques=len(jugement.anomalies),
    )
    formulaire = formulaire_de(dossier.brouillon.formulaire)
    lus = examiner(regles, formulaire, jugement.valeurs, instant=instant, depot=faits)
    return [_prevu(c) for c in lus if not c.code.startswith("avis_")]


def _prevu(c: ConstatLu) -> ConstatVu:
    etat, consequence = _etat(c.verdict, c.consequence)
    return ConstatVu(c.titre, etat, consequence, c.phrase, c.reference)


def place_de(dossier: Dossier) -> Place | None:
    """The rank of a dossier handed in, where the call keeps the first ones; None elsewhere."""
    regles = regles_de(dossier.campagne.appel)
    if not regles.dossiers.par_arrivee:
        return None
    return places(dossier.campagne, regles).get(dossier.pk)
