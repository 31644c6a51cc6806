"""Instruction and opinions."""

from django.urls import URLPattern, URLResolver, path

from fanal.appels.views import avis, avis_demandes, avis_textes, instruction, instruction_dossier

urlpatterns: list[URLPattern | URLResolver] = [
    path("avis/", avis.bureau, name="bureau_avis"),
    path("avis/lot/", avis.rendre_lot, name="rendre_avis_lot"),
    path("avis/textes/", avis_textes.liste, name="textes_avis"),
    path("avis/textes/nouveau/", avis_textes.nouveau, name="texte_avis_nouveau"),
    path("avis/textes/<int:numero>/", avis_textes.modifier, name="texte_avis"),
    path("avis/<int:numero>/", avis.rendre_un, name="rendre_avis"),
    path("avis/<int:numero>/pieces/<int:piece>/", avis.piece, name="piece_avis"),
    path("dossiers/<int:numero>/instruction/", instruction_dossier.dossier, name="instruire_dossier"),
    path("<slug:code>/avis/", avis.de_l_appel, name="avis_de_l_appel"),
    path("<slug:code>/instruction/", instruction.bureau, name="instruction"),
    path("<slug:code>/instruction/geste/", instruction.geste, name="instruction_geste"),
    path("<slug:code>/instruction/trancher/", instruction.trancher, name="instruction_trancher"),
    path("<slug:code>/instruction/demander/", avis_demandes.demander, name="demander_avis"),
    path("<slug:code>/instruction/avis/", avis_demandes.suivi, name="avis_demandes"),
    path("<slug:code>/instruction/avis/geste/", avis_demandes.geste, name="avis_geste"),
]
