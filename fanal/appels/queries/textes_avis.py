"""Model texts of opinions and of requests for opinions: where they are kept, the words they replace."""

from datetime import date

from fanal.appels.models import Appel
from fanal.appels.queries.appels import montants_de
from fanal.campagnes.models import Dossier, TexteType
from fanal.campagnes.queries.avis import textes_de
from fanal.campagnes.temps import jour_fr, local_day
from fanal.interface.nombres import ecrire_montant
from fanal.territoires.noeuds import Noeud

# Words in braces, and what each stands for.
MOTS = {
    "declarant": "le nom du déclarant",
    "appel": "le titre de l'appel",
    "reference": "la référence du dossier",
    "version": "le numéro de la version",
    "date_depot": "le jour de son dépôt",
    "cloture": "la clôture de l'appel",
    "echeance": "le dernier jour pour rendre l'avis",
    "montant": "le montant demandé",
    "fondement": "le texte officiel et sa date",
}
USAGES = {"ars": TexteType.Usage.APPEL, "omedit": TexteType.Usage.OMEDIT}


def textes_de_demande(appel: Appel) -> list[TexteType]:
    """The texts that the organiser keeps to ask for opinions."""
    return textes_de(Noeud.de(appel), TexteType.Usage.DEMANDE)


def textes_d_avis(instance: str, noeud: Noeud) -> list[TexteType]:
    """The texts that an agency or an OMEDIT keeps for its opinions; an expert has none."""
    return textes_de(noeud, USAGES[instance]) if instance in USAGES else []


def fondement_de(modele: TexteType) -> str:
    """The legal text with its date: « décret n° 1 du 02/03/2025 »; empty when the text rests on none."""
    if not modele.fondement:
        return ""
    quand = f" du {jour_fr(modele.fondement_le)}" if modele.fondement_le else ""
    return f"{modele.fondement}{quand}"


def remplir(texte: str, dossier: Dossier, *, echeance: date | None = None, fondement: str = "") -> str:
    """*texte* with its words in braces replaced; an unknown word stays as it was written."""
    version = dossier.version_courante
    valeurs = {
        "declarant": dossier.nom_noeud,
        "appel": dossier.campagne.titre,
        "reference": dossier.reference,
        "version": str(version.numero) if version else "",
        "date_depot": jour_fr(local_day(version.created_at)) if version else "",
        "cloture": jour_fr(local_day(dossier.campagne.cloture)),
        "echeance": jour_fr(echeance) if echeance else "",
        "fondement": fondement,
    }
    if "{montant}" in texte:
        demande = montants_de(version).demande if version and hasattr(version, "reponse") else None
        valeurs["montant"] = ecrire_montant(demande) or "montant non renseigné"
    for mot, valeur in valeurs.items():
        texte = texte.replace(f"{{{mot}}}", valeur)
    return texte
