from django.apps import AppConfig


class PrixConfig(AppConfig):
    name = "fanal.prix"
    label = "prix"
    verbose_name = "Prix"

    def ready(self) -> None:
        from fanal.depots import formats
        from fanal.differe import Differe
        from fanal.interface import accueil as page_accueil
        from fanal.journal.libelles import enregistrer_libelles
        from fanal.marches import volets
        from fanal.prix.rules import bpu, indices, propositions

        formats.enregistrer_regles("bpu", bpu.REGLES)
        formats.enregistrer_regles("indices", indices.REGLES)
        formats.enregistrer_regles("prix_proposes", propositions.REGLES)
        contexte = Differe("fanal.prix.volet", "contexte")
        volets.enregistrer(volets.Volet("prix", "Prix", 40, "prix.voir", contexte, "prix/volet.html"))
        page_accueil.enregistrer(Differe("fanal.prix.accueil", "taches"))
        enregistrer_libelles(
            {
                "prix.bpu": "Bordereau de prix enregistré",
                "prix.avis": "Avis de la COMEDIMS ou livret modifié",
                "prix.changer": "Prix d'une ligne changé",
                "prix.clause": "Clause de révision enregistrée",
                "prix.clause_texte": "Texte de la clause de révision",
                "prix.clause_retirer": "Clause de révision retirée",
                "prix.revision": "Révision de prix appliquée",
                "prix.proposition": "Prix proposés reçus",
                "prix.proposition_acceptee": "Prix proposés acceptés",
                "prix.proposition_refusee": "Prix proposés refusés",
                "indices.importer": "Indices importés",
                "indices.raccorder": "Série d'indice raccordée",
            }
        )
