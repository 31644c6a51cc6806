"""The rules of the import, and what each remark says to the person who will mend it."""

from fanal.depots.lecture.resultats import Anomalie
from fanal.depots.noms import citer

VALEUR_MAX = 300

# code -> (gravité, title of the rule, phrase). "refus" alone sets a contract aside.
REGLES: dict[str, tuple[str, str, str]] = {
    "acheteur-absent": (
        "refus",
        "Le marché dit qui achète",
        "Ce marché ne dit pas qui achète (acheteur.id). Ajoutez le SIRET de l'acheteur.",
    ),
    "identifiant-absent": (
        "refus",
        "Le marché a un identifiant",
        "Ce marché n'a pas d'identifiant (id). Ajoutez le numéro que l'acheteur lui donne.",
    ),
    "objet-absent": (
        "refus",
        "Le marché a un objet",
        "Ce marché n'a pas d'objet. Écrivez en une ligne ce qu'il achète.",
    ),
    "doublon": (
        "refus",
        "L'acheteur et l'identifiant n'apparaissent qu'une fois",
        "Le même acheteur a déjà un marché {valeur} dans ce fichier : le premier est retenu.",
    ),
    "gere-ailleurs": (
        "refus",
        "Le marché n'est pas déjà tenu par un autre GHT",
        "Le marché {valeur} est déjà tenu par un autre GHT ou établissement : il n'est pas modifié ici.",
    ),
    "siret-acheteur": (
        "controle",
        "Le SIRET de l'acheteur est valide",
        "Le SIRET de l'acheteur {valeur} n'est pas valide. Il est gardé tel que reçu ; corrigez-le.",
    ),
    "siret-titulaire": (
        "controle",
        "L'identifiant de chaque titulaire est valide",
        "L'identifiant {valeur} du titulaire n'est pas valide. Il est gardé tel que reçu ; vérifiez-le.",
    ),
    "titulaire-sans-identifiant": (
        "controle",
        "Chaque titulaire a un identifiant",
        "Le titulaire {valeur} n'a pas d'identifiant. Ajoutez son SIRET.",
    ),
    "titulaire-absent": (
        "controle",
        "Le marché a un titulaire",
        "Le titulaire n'est pas indiqué. Ajoutez-le.",
    ),
    "cpv-absent": ("controle", "Le code CPV est indiqué", "Le code CPV n'est pas indiqué. Ajoutez-le."),
    "cpv-forme": (
        "controle",
        "Le code CPV a huit chiffres",
        "{valeur} n'est pas un code CPV (huit chiffres, clé facultative). Le code est inconnu ; corrigez-le.",
    ),
    "cpv-inconnu": (
        "controle",
        "Le code CPV est dans le vocabulaire",
        "Le code CPV {valeur} n'existe pas dans le vocabulaire de 2008. Le code est inconnu ; corrigez-le.",
    ),
    "cpv-cle": (
        "controle",
        "La clé du code CPV est la bonne",
        "La clé du code CPV {valeur} ne lui correspond pas. Le code est inconnu ; vérifiez-le.",
    ),
    "cpv-sans-cle": (
        "information",
        "Le code CPV porte sa clé",
        "Le code CPV {valeur} est donné sans sa clé de contrôle ; il est retenu.",
    ),
    "notification-absente": (
        "controle",
        "La date de notification est indiquée",
        "La date de notification n'est pas indiquée : l'échéance est inconnue. Saisissez-la.",
    ),
    "date-forme": (
        "controle",
        "Les dates existent et s'écrivent AAAA-MM-JJ",
        "{valeur} n'est pas une date (AAAA-MM-JJ). La date est inconnue ; saisissez-la.",
    ),
    "date-invraisemblable": (
        "controle",
        "Les dates sont vraisemblables",
        "La date {valeur} n'est pas vraisemblable. La date est inconnue ; saisissez-la.",
    ),
    "date-fuseau": (
        "information",
        "Les dates n'ont ni heure ni fuseau",
        "La date {valeur} porte une heure ou un fuseau : le jour est retenu.",
    ),
    "duree-absente": (
        "controle",
        "La durée est indiquée",
        "La durée en mois n'est pas indiquée : l'échéance est inconnue. Saisissez-la.",
    ),
    "duree-impossible": (
        "controle",
        "La durée est un nombre de mois possible",
        "La durée {valeur} n'est pas possible (1 à 600 mois). Elle est inconnue ; saisissez-la.",
    ),
    "montant-absent": (
        "controle",
        "Le montant est indiqué",
        "Le montant n'est pas indiqué. Saisissez le montant HT, maximum estimé.",
    ),
    "montant-symbolique": (
        "controle",
        "Le montant n'est ni 0 ni 1 €",
        "Un montant de {valeur} € tient lieu de montant non renseigné. Il est inconnu ; saisissez-le.",
    ),
    "montant-invalide": (
        "controle",
        "Le montant est un nombre possible",
        "{valeur} n'est pas un montant possible. Il est inconnu ; saisissez-le.",
    ),
    "accents-abimes": (
        "controle",
        "Les accents sont intacts",
        "Des lettres de {valeur} ont été perdues avant l'import. Corrigez ce texte.",
    ),
    "accents-retablis": (
        "information",
        "Les accents sont lus dans le bon codage",
        "Les accents de {valeur} étaient mal codés ; ils ont été rétablis.",
    ),
    "libelle-inconnu": (
        "controle",
        "Les libellés sont ceux du format DECP 2.0.3",
        "Le libellé {valeur} n'est pas de ceux du format (DECP 2.0.3). La valeur est inconnue ; "
        "choisissez-la.",
    ),
    "lieu-forme": (
        "controle",
        "Le code du lieu a la forme de son type",
        "Le lieu {valeur} n'a pas la forme de son type. Il est inconnu ; corrigez-le.",
    ),
    "valeur-forme": (
        "controle",
        "Les autres valeurs ont la forme attendue",
        "{valeur} n'est pas une valeur possible ici. Elle est inconnue ; corrigez-la.",
    ),
    "origines-incoherentes": (
        "controle",
        "La part d'origine UE atteint la part d'origine France",
        "La part d'origine France ({valeur}) dépasse la part d'origine UE. Vérifiez les deux.",
    ),
    "objet-inconnu": (
        "controle",
        "Le format porte l'objet du marché",
        "Ce fichier n'a pas de colonne pour l'objet : il est inconnu. Saisissez-le.",
    ),
    "rangees-divergentes": (
        "controle",
        "Les lignes d'un même marché disent la même chose",
        "Les lignes de ce marché ne disent pas toutes la même valeur ({valeur}). Elle est inconnue ; "
        "saisissez-la.",
    ),
    "identifiant-long": (
        "controle",
        "L'identifiant a une longueur raisonnable",
        "L'identifiant {valeur} est trop long ; il a été abrégé.",
    ),
    "modification-ordre": (
        "controle",
        "Les modifications portent des numéros croissants",
        "Les numéros ou les dates des modifications ne vont pas en croissant ({valeur}). Vérifiez-les.",
    ),
    "modification-avant": (
        "controle",
        "Une modification suit la notification du marché",
        "Une modification est datée du {valeur}, avant la notification du marché. Vérifiez les dates.",
    ),
    "modification-a-justifier": (
        "controle",
        "Une modification au-delà de la moitié du montant initial a un motif",
        "Une modification ({valeur}) dépasse la limite des motifs plafonnés (R2194-3 CCP), et le format ne "
        "dit pas son motif. Indiquez-le.",
    ),
    "beneficiaire-inconnu": (
        "controle",
        "Les établissements bénéficiaires sont connus ici",
        "L'établissement {valeur} n'est pas connu ici. Vérifiez son numéro FINESS.",
    ),
    "concession": (
        "information",
        "Les concessions ne sont pas des marchés",
        "{valeur} est un contrat de concession, qui n'est pas un marché : il est laissé de côté.",
    ),
}

# What a worklist is called: the defect, where REGLES names what is verified.
DEFAUTS: dict[str, str] = {
    "siret-acheteur": "SIRET de l'acheteur non valide",
    "siret-titulaire": "Identifiant d'un titulaire non valide",
    "titulaire-sans-identifiant": "Titulaire sans identifiant",
    "titulaire-absent": "Titulaire non indiqué",
    "cpv-absent": "Code CPV non indiqué",
    "cpv-forme": "Code CPV mal formé",
    "cpv-inconnu": "Code CPV absent du vocabulaire",
    "cpv-cle": "Clé du code CPV fausse",
    "notification-absente": "Date de notification non indiquée",
    "date-forme": "Date mal écrite",
    "date-invraisemblable": "Date invraisemblable",
    "duree-absente": "Durée non indiquée",
    "duree-impossible": "Durée impossible",
    "montant-absent": "Montant non indiqué",
    "montant-symbolique": "Montant de 0 ou 1 €",
    "montant-invalide": "Montant impossible",
    "accents-abimes": "Lettres perdues dans un texte",
    "libelle-inconnu": "Libellé hors du format",
    "lieu-forme": "Code de lieu mal formé",
    "valeur-forme": "Autre valeur mal écrite",
    "origines-incoherentes": "Parts d'origine incohérentes",
    "objet-inconnu": "Objet inconnu",
    "rangees-divergentes": "Lignes d'un marché qui se contredisent",
    "identifiant-long": "Identifiant abrégé",
    "modification-ordre": "Modifications dans le désordre",
    "modification-avant": "Modification avant la notification",
    "modification-a-justifier": "Modification au-delà de la moitié, sans motif",
    "beneficiaire-inconnu": "Bénéficiaire inconnu ici",
}


def remarque(
    regle: str, colonne: str, valeur: str, *, ligne: int | None, feuille: str | None = None
) -> Anomalie:
    """One remark on a contract, in words."""
    gravite, _, phrase = REGLES[regle]
    return Anomalie(
        feuille=feuille,
        ligne=ligne,
        colonne=colonne or None,
        valeur=valeur[:VALEUR_MAX] or None,
        regle=regle,
        gravite=gravite,
        phrase=phrase.replace("{valeur}", citer(valeur)) if "{valeur}" in phrase else phrase,
    )


def regles_publiees() -> list[dict[str, str]]:
    """The rules as `fanal formats NOM --regles` lists them."""
    return [{"code": c, "gravite": g, "titre": t} for c, (g, t, _) in REGLES.items()]
