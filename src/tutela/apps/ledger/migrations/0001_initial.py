"""The ledger's tables, its one head row, and the triggers that refuse to change a line."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from tutela.apps.ledger import triggers
from tutela.core.kernel import ids


def make_head(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put in the one head row, so that the first line locks it like every other."""
    apps.get_model("ledger", "Head").objects.using(schema_editor.connection.alias).get_or_create(pk=1)


def protect_lines(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection)


def release_lines(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.drop(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("follower", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("sequence", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("digest", models.BinaryField(default=bytes(32), max_length=32)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="ledger_one_head")
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("sequence", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("id", models.UUIDField(default=ids.new_id, unique=True)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=64)),
                ("actor", models.CharField(max_length=80)),
                ("about_kind", models.CharField(blank=True, max_length=64)),
                ("about_id", models.UUIDField(null=True)),
                ("facts", models.JSONField(default=dict)),
                ("previous", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["about_id", "sequence"], name="ledger_about"),
                    models.Index(fields=["kind", "sequence"], name="ledger_kind"),
                ],
            },
        ),
        migrations.RunPython(make_head, migrations.RunPython.noop),
        migrations.RunPython(protect_lines, release_lines),
    ]
