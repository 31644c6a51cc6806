from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appels", "0003_constats_tranches")]

    operations = [
        migrations.AddField(
            model_name="indicateur",
            name="minimum",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="indicateur",
            name="maximum",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="jalon",
            name="nature",
            field=models.CharField(
                choices=[
                    ("etape", "Étape du projet"),
                    ("reference", "Valeurs de départ et cibles"),
                    ("releve", "Relevé des indicateurs"),
                ],
                default="etape",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="jalon",
            name="rappels",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
