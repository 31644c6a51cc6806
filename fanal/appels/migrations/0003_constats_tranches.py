import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("appels", "0002_jury"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="constat",
            name="tranche",
            field=models.CharField(
                blank=True,
                choices=[("oui", "Satisfait"), ("non", "Non satisfait"), ("inconnu", "À vérifier")],
                default="",
                help_text="Verdict donné à la main.",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="constat",
            name="motif_tranche",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="constat",
            name="tranche_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="constat", name="tranche_le", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            model_name="constat",
            constraint=models.CheckConstraint(
                condition=Q(tranche="") | ~Q(motif_tranche=""), name="constat_tranche_motive"
            ),
        ),
    ]
