from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appels", "0001_initiale")]

    operations = [
        migrations.AddField(
            model_name="deliberation",
            name="desaccord",
            field=models.TextField(blank=True, help_text="Désaccord dont un membre demande la mention."),
        ),
        migrations.AddField(model_name="deliberation", name="motif", field=models.TextField(blank=True)),
        migrations.AddField(
            model_name="deliberation",
            name="moyenne",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="deliberation", name="quorum", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="deliberation", name="votants", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="lecturejury",
            name="motif",
            field=models.TextField(blank=True, help_text="Pourquoi elle a été confiée à la main."),
        ),
        migrations.AddField(
            model_name="lecturejury", name="revision", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="membrejury", name="motif_retrait", field=models.TextField(blank=True)
        ),
        migrations.AddField(
            model_name="seance", name="motif_sans_quorum", field=models.TextField(blank=True)
        ),
        migrations.AddField(model_name="seance", name="observations", field=models.TextField(blank=True)),
        migrations.AddField(
            model_name="seance",
            name="part_quorum",
            field=models.DecimalField(decimal_places=4, default=0, max_digits=5),
        ),
    ]
