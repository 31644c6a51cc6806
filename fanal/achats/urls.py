from django.urls import path

from fanal.achats.views import comite, lignes, performance

app_name = "achats"
urlpatterns = [
    path("performance/", performance.tableau_de_bord, name="performance"),
    path("performance/lignes/", lignes.lignes, name="lignes"),
    path("performance/comite.pdf", comite.comite, name="comite"),
    path("actions/<int:pk>/", lignes.action, name="action"),
]
