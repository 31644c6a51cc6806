"""Forms written in XLSForm, read and judged without Django: one verdict for page, file and API."""

from fanal.moteurs.xlsform.classeur import ecrire_modele, en_classeur
from fanal.moteurs.xlsform.echange import de_json, empreinte, en_json
from fanal.moteurs.xlsform.jugement import (
    choix_offerts,
    evaluateur,
    evaluer_expression,
    juger,
    libelle_rempli,
    ligne_par_defaut,
    valeurs_par_defaut,
)
from fanal.moteurs.xlsform.lecture import lire, lire_texte
from fanal.moteurs.xlsform.modele import (
    Anomalie,
    Avancement,
    Choix,
    Element,
    Formulaire,
    Reponses,
    Verdict,
)
from fanal.moteurs.xlsform.plan import chemins
from fanal.moteurs.xlsform.reponses import lire_reponses
from fanal.moteurs.xlsform.verification import check_expression

__all__ = [
    "Anomalie",
    "Avancement",
    "Choix",
    "Element",
    "Formulaire",
    "Reponses",
    "Verdict",
    "check_expression",
    "chemins",
    "choix_offerts",
    "de_json",
    "ecrire_modele",
    "empreinte",
    "en_classeur",
    "en_json",
    "evaluateur",
    "evaluer_expression",
    "juger",
    "libelle_rempli",
    "ligne_par_defaut",
    "lire",
    "lire_reponses",
    "lire_texte",
    "valeurs_par_defaut",
]
