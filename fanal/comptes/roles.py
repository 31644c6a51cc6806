"""The roles of the platform, as data: title, levels of the territory where they are given, permissions.

A permission is checked on a node: it holds on the node where the role was given and below it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    titre: str
    niveaux: tuple[str, ...]
    permissions: frozenset[str]


VOIR = {"campagne.voir", "publication.voir"}
DOSSIER = VOIR | {"dossier.voir"}
# Contracts: who sees the portfolio, who sees unit prices (business secrets), who acts on them.
MARCHE = {"marche.voir"}
EXECUTION = MARCHE | {"prix.voir", "besoin.saisir", "consommation.saisir", "fournisseur.evaluer"}
# Calls: who reads a dossier, who writes it, who hands it in, who instructs.
APPEL = {"appel.voir", "candidature.voir"}
CANDIDATURE = APPEL | {"candidature.saisir", "suivi.saisir"}
DEPOSANT = CANDIDATURE | {"candidature.deposer"}
INSTRUCTION = {"appel.voir", "instruction.voir", "suivi.voir"}
ORGANISATION = INSTRUCTION | {
    "appel.gerer",
    "candidature.instruire",
    "jury.gerer",
    "enveloppe.gerer",
    "suivi.decider",
}
# Order lines: who sees what was spent, who brings files in, who decides over references and matches.
DEPENSE = {"depense.voir"}
SUIVI_DEPENSE = DEPENSE | {"depense.importer", "depense.decider"}
PASSATION = EXECUTION | {"marche.gerer", "procedure.gerer", "prix.gerer", "fournisseur.gerer"}

# Permission codes, in the order of the path of a dossier.
PERMISSIONS: dict[str, str] = {
    "campagne.voir": "Voir les campagnes et leurs résultats",
    "publication.voir": "Voir les publications",
    "dossier.voir": "Voir un dossier et ses lignes",
    "dossier.deposer": "Déposer et corriger une trame",
    "dossier.valider": "Valider le dossier",
    "dossier.transmettre": "Transmettre le dossier à l'ARS",
    "dossier.repondre": "Répondre aux observations",
    "operateur.declarer": "Déclarer les gains d'un opérateur",
    "avis.donner": "Donner l'avis de l'ARS",
    "controle.voir": "Voir la file de contrôle",
    "ligne.decider": "Décider des lignes",
    "publication.publier": "Publier les résultats",
    "marche.voir": "Voir les marchés et les échéances",
    "prix.voir": "Voir les prix unitaires",
    "marche.gerer": "Importer et modifier les marchés, signer les avenants",
    "procedure.gerer": "Planifier et conduire les procédures",
    "prix.gerer": "Enregistrer bordereaux, clauses et révisions",
    "besoin.saisir": "Répondre à un recensement des besoins",
    "consommation.saisir": "Transmettre les consommations",
    "fournisseur.gerer": "Tenir les fournisseurs et leurs comptes",
    "fournisseur.evaluer": "Signaler un incident, évaluer un fournisseur",
    "convergence.decider": "Retenir une proposition de convergence",
    "appel.voir": "Voir les appels et leurs résultats",
    "candidature.voir": "Voir un dossier de candidature",
    "candidature.saisir": "Remplir un dossier de candidature",
    "candidature.deposer": "Déposer un dossier de candidature",
    "appel.gerer": "Écrire, ouvrir et régler un appel",
    "instruction.voir": "Voir les dossiers à instruire",
    "candidature.instruire": "Instruire les dossiers et demander des avis",
    "omedit.avis": "Donner l'avis de l'OMEDIT",
    "effectifs.voir": "Voir les effectifs de patients, même petits",
    "expertise.donner": "Donner un avis d'expert",
    "jury.gerer": "Composer et conduire le jury",
    "jury.noter": "Lire et noter pour le jury",
    "enveloppe.gerer": "Répartir une enveloppe",
    "suivi.saisir": "Déclarer les indicateurs d'un projet",
    "suivi.voir": "Voir le suivi des projets",
    "suivi.decider": "Trancher les demandes d'un projet retenu",
    "depense.voir": "Voir les dépenses",
    "depense.importer": "Déposer des lignes de commande",
    "depense.decider": "Geler une référence, rapprocher des produits, traiter le hors marché",
    "campagne.gerer": "Ouvrir et régler une campagne",
    "territoires.gerer": "Importer les territoires et les référentiels",
    "comptes.gerer": "Gérer les comptes et les affectations",
    "journal.voir": "Consulter le journal",
}

ROLES: dict[str, Role] = {
    "controleur_gestion": Role(
        "Contrôleur de gestion achats",
        ("ght",),
        frozenset(
            DOSSIER
            | MARCHE
            | CANDIDATURE
            | SUIVI_DEPENSE
            | {"prix.voir", "dossier.deposer", "dossier.repondre"}
        ),
    ),
    "directeur_achats": Role(
        "Directeur achats",
        ("ght",),
        frozenset(
            DOSSIER
            | PASSATION
            | DEPOSANT
            | SUIVI_DEPENSE
            | {"dossier.deposer", "dossier.valider", "dossier.transmettre", "dossier.repondre"}
            | {"convergence.decider"}
        ),
    ),
    "acheteur": Role(
        "Acheteur",
        ("ght", "etablissement"),
        frozenset(DOSSIER | PASSATION | CANDIDATURE | SUIVI_DEPENSE | {"dossier.deposer"}),
    ),
    "pharmacien": Role(
        "Pharmacien PUI",
        ("ght", "etablissement"),
        frozenset(DOSSIER | EXECUTION | DEPOSANT | SUIVI_DEPENSE),
    ),
    "operateur": Role(
        "Opérateur d'achat", ("operateur",), frozenset(DOSSIER | MARCHE | {"operateur.declarer"})
    ),
    "referent_ars": Role(
        "Référent ARS",
        ("region",),
        frozenset(
            DOSSIER | MARCHE | DEPENSE | ORGANISATION | {"avis.donner", "controle.voir", "effectifs.voir"}
        ),
    ),
    "omedit": Role(
        "OMEDIT", ("region",), frozenset(DOSSIER | INSTRUCTION | {"omedit.avis", "effectifs.voir"})
    ),
    "dgos": Role(
        "DGOS",
        ("national",),
        frozenset(
            DOSSIER
            | MARCHE
            | DEPENSE
            | ORGANISATION
            | {"controle.voir", "ligne.decider", "publication.publier", "campagne.gerer", "territoires.gerer"}
        ),
    ),
    "anap": Role("ANAP", ("national",), frozenset(DOSSIER | MARCHE | DEPENSE | INSTRUCTION)),
    "jure": Role("Juré", ("national", "region"), frozenset(VOIR | {"appel.voir", "jury.noter"})),
    "expert": Role("Expert", ("national", "region"), frozenset(VOIR | {"appel.voir", "expertise.donner"})),
    "lecteur": Role(
        "Lecteur",
        ("national", "region", "ght", "etablissement", "operateur"),
        frozenset(VOIR | {"appel.voir"}),
    ),
    "administrateur": Role(
        "Administrateur",
        ("national", "region", "ght"),
        frozenset(
            {"campagne.voir", "publication.voir", "comptes.gerer", "journal.voir", "territoires.gerer"}
        ),
    ),
}
