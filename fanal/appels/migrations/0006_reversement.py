from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appels", "0005_arrivee")]

    operations = [
        migrations.AlterModelOptions(
            name="versement", options={"ordering": ["convention", "prevu_le", "pk"]}
        ),
        migrations.AddField(
            model_name="versement",
            name="reverse_le",
            field=models.DateField(blank=True, help_text="Rendu par l'établissement.", null=True),
        ),
        migrations.AddField(
            model_name="versement",
            name="reference_reversement",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
    ]
