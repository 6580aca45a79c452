"""A report can come from a partner; then the partner's name stands with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_report_country"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="origin",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
