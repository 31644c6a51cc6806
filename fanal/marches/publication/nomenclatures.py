"""The words that essential data admit (DECP schemas 2.0.3 and 2.0.2), accents included."""

NATURES = ("Marché", "Marché de partenariat", "Marché de défense ou de sécurité")
TECHNIQUES = (
    "Accord-cadre",
    "Concours",
    "Système de qualification",
    "Système d'acquisition dynamique",
    "Catalogue électronique",
    "Enchère électronique",
    "Sans objet",
)
MODALITES = ("Tranches", "Bons de commande", "Marchés subséquents", "Sans objet")
CCAG = (
    "Travaux",
    "Maitrise d'œuvre",
    "Fournitures courantes et services",
    "Marchés industriels",
    "Prestations intellectuelles",
    "Techniques de l'information et de la communication",
    "Pas de CCAG",
)
GROUPEMENTS = ("Conjoint", "Solidaire", "Pas de groupement")
PROCEDURES = (
    "Procédure adaptée",
    "Appel d'offres ouvert",
    "Appel d'offres restreint",
    "Procédure avec négociation",
    "Marché passé sans publicité ni mise en concurrence préalable",
    "Dialogue compétitif",
)
PROCEDURES_CONCESSION = (
    "Procédure négociée ouverte",
    "Procédure non négociée ouverte",
    "Procédure négociée restreinte",
    "Procédure non négociée restreinte",
)
LIEUX = (
    "Code postal",
    "Code commune",
    "Code arrondissement",
    "Code canton",
    "Code département",
    "Code région",
    "Code pays",
)
TYPES_PRIX = ("Définitif ferme", "Définitif actualisable", "Définitif révisable", "Provisoire")
FORMES_PRIX = ("Unitaire", "Forfaitaire", "Mixte")
SOCIALES = ("Clause sociale", "Critère social", "Marché réservé", "Pas de considération sociale")
SOCIALES_CONCESSION = (
    "Clause sociale",
    "Critère social",
    "Concession réservée",
    "Pas de considération sociale",
)
ENVIRONNEMENTALES = (
    "Clause environnementale",
    "Critère environnemental",
    "Pas de considération environnementale",
)
IDENTIFIANTS = ("SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "HORS-UE")
VARIATIONS = ("Ferme", "Actualisable", "Révisable")
