"""The fields of a published contract (DECP schema 2.0.3), and where Fanal keeps each."""

# DECP name -> field of `Marche`. Holders, modifications and the object are read apart.
LISTES = {
    "techniques": ("technique", "techniques"),
    "modalitesExecution": ("modaliteExecution", "modalites_execution"),
    "typesPrix": ("typePrix", "types_prix"),
    "considerationsSociales": ("considerationSociale", "considerations_sociales"),
    "considerationsEnvironnementales": (
        "considerationEnvironnementale",
        "considerations_environnementales",
    ),
}
LIBELLES = {
    "nature": "nature",
    "procedure": "procedure",
    "ccag": "ccag",
    "formePrix": "forme_prix",
    "typeGroupementOperateurs": "type_groupement",
}
BOOLEENS = {
    "marcheInnovant": "marche_innovant",
    "attributionAvance": "attribution_avance",
    "sousTraitanceDeclaree": "sous_traitance_declaree",
}
PARTS = {"tauxAvance": "taux_avance", "origineUE": "origine_ue", "origineFrance": "origine_france"}
DATES = {"dateNotification": "date_notification", "datePublicationDonnees": "date_publication"}

# What DECP 1.5 already asked for: worth a remark when a file that can hold it does not.
ATTENDUS = ("codeCPV", "dateNotification", "dureeMois", "montant", "titulaires")

CONNUS = frozenset(
    {
        *LISTES,
        *LIBELLES,
        *BOOLEENS,
        *PARTS,
        *DATES,
        "id",
        "acheteur",
        "objet",
        "codeCPV",
        "lieuExecution",
        "dureeMois",
        "montant",
        "offresRecues",
        "idAccordCadre",
        "titulaires",
        "modifications",
        "actesSousTraitance",
        "modificationsActesSousTraitance",
    }
)
# A JSON or XML file can hold every field; a table says which of them its columns are.
PREVUS = CONNUS

# DECP name -> the field that a person completes.
CHAMPS: dict[str, str] = {
    **{nom: champ for nom, (_, champ) in LISTES.items()},
    **LIBELLES,
    **BOOLEENS,
    **PARTS,
    **DATES,
    "id": "identifiant",
    "acheteur.id": "acheteur_siret",
    "acheteur.nom": "acheteur_nom",
    "objet": "objet",
    "codeCPV": "code_cpv",
    "lieuExecution.code": "lieu_code",
    "lieuExecution.typeCode": "lieu_type",
    "dureeMois": "duree_mois",
    "montant": "montant",
    "offresRecues": "offres_recues",
    "idAccordCadre": "id_accord_cadre",
}
