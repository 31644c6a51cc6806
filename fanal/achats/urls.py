from django.urls import path

from fanal.achats.views import comite, decision, doublons, examen, file, lignes, performance, plan, reprise

app_name = "achats"
urlpatterns = [
    path("performance/", performance.tableau_de_bord, name="performance"),
    path("performance/lignes/", lignes.lignes, name="lignes"),
    path("performance/comite.pdf", comite.comite, name="comite"),
    path("plan/", plan.plan, name="plan"),
    path("controle/", file.instruction, name="controle"),
    path("controle/decision/", decision.decision, name="decision"),
    path("controle/lignes/<int:pk>/", examen.examen, name="examen"),
    path("doublons/", doublons.doublons, name="doublons"),
    path("doublons/reprendre/", doublons.reprendre, name="reprendre"),
    path("reprise/", reprise.reprise, name="reprise"),
    path("reprise/apercu/", reprise.accepter, name="accepter"),
    path("actions/<int:pk>/", lignes.action, name="action"),
]
