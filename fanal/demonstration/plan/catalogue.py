"""The vocabulary of the invented workbooks: nomenclature, titles, operators, sentences pasted from one line
to another.
"""

MEDICAMENTS = "MEDICAMENTS"
TRAVAUX = "Travaux, fournitures et prestations techniques et énergies"
BIOMEDICAL = "Biomédical"

# famille: (usual performance, weight by kind of operator GHT/REGIONAL/NATIONAL/UNICANCER, domaines with
# categories).
# The first three families are named by the sources; the others belong to the demonstration, and its
# nomenclature
# says so. Domains of medicines are the first level of the anatomical classification (ATC).
FAMILLES: dict[str, tuple[float, tuple[float, float, float, float], dict[str, tuple[str, ...]]]] = {
    MEDICAMENTS: (0.066, (0.17, 0.3, 0.62, 0.8), {
        "ANTINEOPLASIQUES ET IMMUNOMODULATEURS": ("ANTINEOPLASIQUES", "IMMUNOSUPPRESSEURS"),
        "ANTIINFECTIEUX GENERAUX A USAGE SYSTEMIQUE": ("ANTIBACTERIENS", "ANTIMYCOSIQUES", "ANTIVIRAUX"),
        "SANG ET ORGANES HEMATOPOIETIQUES": ("ANTITHROMBOTIQUES", "SOLUTES DE PERFUSION"),
        "SYSTEME NERVEUX": ("ANESTHESIQUES", "ANALGESIQUES", "PSYCHOLEPTIQUES"),
        "SYSTEME CARDIOVASCULAIRE": ("MEDICAMENTS EN CARDIOLOGIE",),
        "VOIES DIGESTIVES ET METABOLISME": ("ANTIEMETIQUES", "NUTRITION PARENTERALE"),
        "DIVERS": ("PRODUITS DE CONTRASTE",),
    }),
    TRAVAUX: (0.047, (0.2, 0.2, 0.08, 0.03), {
        "Entretien et maintenance bâtiment": (
            "Entretien et Maintenance Electricité courants faibles", "Ascenseurs",
        ),
        "Énergies": ("Électricité", "Gaz naturel"),
    }),
    BIOMEDICAL: (0.082, (0.16, 0.13, 0.1, 0.04), {
        "Imagerie": ("Échographes", "Maintenance d'imagerie"),
        "Bloc opératoire": ("Moniteurs", "Respirateurs"),
    }),
    "Dispositifs médicaux": (0.054, (0.15, 0.16, 0.12, 0.1), {
        "Abord chirurgical": ("Sutures", "Trocarts"), "Soins": ("Pansements", "Gants", "Perfusion"),
    }),
    "Hôtellerie et restauration": (0.042, (0.12, 0.09, 0.02, 0.01), {
        "Restauration": ("Épicerie", "Produits frais"), "Hygiène": ("Bionettoyage", "Usage unique"),
    }),
    "Informatique et télécommunications": (0.053, (0.08, 0.06, 0.04, 0.01), {
        "Matériels": ("Postes de travail", "Serveurs"), "Logiciels": ("Licences", "Maintenance applicative"),
    }),
    "Prestations générales": (0.048, (0.07, 0.03, 0.01, 0.005), {
        "Services": ("Assurances", "Transports sanitaires", "Collecte des déchets"),
    }),
    "Laboratoire": (0.051, (0.05, 0.03, 0.01, 0.005), {"Biologie": ("Réactifs", "Automates en location")}),
}  # fmt: skip
ENERGIE = "Énergies"
RANG_OPERATEUR = {"GHT": 0, "REGIONAL": 1, "NATIONAL": 2, "UNICANCER": 3}
PART_OPERATEUR = (("GHT", 0.46), ("REGIONAL", 0.13), ("NATIONAL", 0.33), ("UNICANCER", 0.08))
NATIONAUX = (("UniHA", 0.62), ("Resah", 0.38))
UNICANCER = "Unicancer"
REGIONAL = "Groupement régional de démonstration"

DEBUTS = (
    "Renouvellement du marché",
    "Mise en concurrence",
    "Convergence des marchés du GHT",
    "Standardisation",
    "Massification",
    "Renégociation",
    "Adhésion au groupement",
    "Révision du besoin",
)
EFFETS_AUTRES = ("Effet volume", "Effet process")

# Pasted as it is on lines of different contracts: what an operator sends to its members (campaign of 2021).
COMMENTAIRE_UNIHA = (
    "La filière Médicaments, au global via le groupement de commande UNIHA, a généré 117 Millions "
    "d'euros de gains sur 2021 à tous ses adhérents.\n"
    "Seuls les marchés ayant un impact sur 2021 ont été saisis (calcul au prorata temporis). Il n'y a "
    "donc pas ici les périmètres des marchés qui ne génèrent plus de gains selon la méthode DGOS (12 "
    "mois à compter de la date de première commande).\n"
    "Modalité de calcul :\n"
    "Périmètre = Nouveau Prix x Quantités renseignées sur EpicureWeb\n"
    "Gains = [(Prix historiques renseignés sur EpicureWeb ou Prix ancien marché si renouvellement) – "
    "Nouveaux prix] x Quantités renseignées sur EpicureWeb"
)
EXPLICATION_GENERIQUE = (
    "Arrivée du générique : prix de l'ancien marché comparé au prix du nouveau, à quantités constantes.",
    "Biosimilaire retenu après avis de la commission des médicaments du GHT.",
    "Fin de brevet en cours d'année, remise en concurrence immédiate.",
)
EXPLICATION_PERTE = (
    "Hausse des prix de l'énergie au renouvellement de l'accord-cadre ; perte déclarée comme telle."
)
EXPLICATION_PERIMETRE = "Nouveau périmètre estimé sur douze mois glissants."
CALCULS = (
    "(prix ancien marché − prix nouveau) × quantités des 12 derniers mois, bordereau n° {n}",
    "voir fiche action n° {n}",
    "estimation acheteur, note n° {n}",
)
QUANTITES = (
    12, 24, 40, 60, 96, 150, 240, 365, 500, 750, 1000, 1200, 2000, 3000, 4800, 6500, 8000, 12_000, 20_000,
    36_000, 50_000, 80_000, 120_000, 200_000, 360_000, 500_000, 800_000, 1_200_000, 2_000_000,
)  # fmt: skip

# cause of withdrawal: (comment given back in the workbook, reason of the decision, question asked first).
RETRAITS: dict[str, tuple[str, str, str]] = {
    "reference": (
        "Pas de montant de référence",
        "Sans montant de référence, le gain ne peut pas être rapproché d'une dépense.",
        "Le montant de référence n'est pas renseigné. Pouvez-vous l'indiquer, avec son année ?",
    ),
    "gain": (
        "Pas de performance",
        "Aucun gain n'est chiffré : la ligne n'apporte rien au résultat.",
        "Le gain n'est pas renseigné. L'action a-t-elle produit un résultat en cours d'année ?",
    ),
    "date": (
        "Pas de date de première commande",
        "Sans date de première commande, la part de l'année ne peut pas être calculée.",
        "La date de première commande manque. Pouvez-vous l'indiquer ?",
    ),
    "borne": (
        "Performance supérieure aux bornes de contrôle (sans explication précise)",
        "Performance très au-dessus de celle de la famille, sans explication précise : prudence.",
        "La performance est très supérieure à celle de la famille. Quelle en est l'explication ?",
    ),
    "cent": (
        "Performance supérieure ou égale à 100% - Calcul erroné",
        "Le gain dépasse le montant de référence : le calcul est erroné.",
        "Le gain dépasse la référence. Celle-ci a-t-elle été saisie au nouveau prix ?",
    ),
    "atteignable": (
        "Performance non atteignable",
        "Le gain déclaré n'est pas atteignable sur ce périmètre.",
        "Le gain paraît hors d'atteinte sur ce périmètre. Pouvez-vous détailler le calcul ?",
    ),
    "repetee": (
        "Action déjà comptée en 2020",
        "L'action figure déjà dans la campagne précédente : seul son report est compté.",
        "Cette action figure déjà dans votre trame précédente. Est-ce une nouvelle action ?",
    ),
    "exclue": (
        "Baisse de prix sans action de l'acheteur",
        "La baisse de tarif ou la révision du marché n'est pas un gain de l'acheteur.",
        "La variation de prix vient-elle d'une action de l'acheteur ?",
    ),
    "moindre": (
        "Périmètre ramené aux quantités des 12 derniers mois",
        "Gain ramené aux quantités constatées sur les douze derniers mois.",
        "Les quantités dépassent celles des douze derniers mois. Pouvez-vous les justifier ?",
    ),
}
REPONSES = (
    "Nous n'avons pas retrouvé la pièce ; nous corrigerons la prochaine trame.",
    "Le chiffre vient de l'opérateur, que nous avons interrogé sans réponse à ce jour.",
    "Erreur de saisie de notre part, nous acceptons le retrait.",
    "Le calcul a été fait au nouveau prix, comme l'indique le commentaire de l'opérateur.",
)
REPONSE_GENERIQUE = (
    "La baisse vient de l'arrivée du générique ; les deux bordereaux de prix sont à votre disposition."
)
DEMANDE_GENERIQUE = "La performance dépasse 50 %. Confirmez-vous l'arrivée d'un générique sur ce marché ?"
