"""The tables of the receipts."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

from tutela.core.kernel import clock, ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=ids.new_id, primary_key=True, serialize=False),
                ),
                ("lookup", models.BinaryField(max_length=32, unique=True)),
                ("public_key", models.BinaryField(max_length=1216)),
                ("created_at", models.DateTimeField(default=clock.now)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["closed_at"], name="receipts_closed")],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("lookup"), 32
                        ),
                        name="receipts_lookup_length",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("public_key"), 1216
                        ),
                        name="receipts_public_key_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(default=ids.new_id, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=16)),
                ("sealed", models.BinaryField()),
                ("sent_at", models.DateTimeField(default=clock.now)),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="messages",
                        to="receipts.receipt",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["receipt", "sent_at", "id"], name="receipts_told")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("status", "question", "answer_received"))),
                        name="receipts_message_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.UUIDField(default=ids.new_id, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=16)),
                ("sealed", models.BinaryField()),
                ("form_digest", models.BinaryField(max_length=32, unique=True)),
                ("received_at", models.DateTimeField(default=clock.now)),
                ("state", models.CharField(default="waiting", max_length=16)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="submissions",
                        to="receipts.receipt",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["received_at", "id"],
                        name="receipts_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("form_digest"), 32
                        ),
                        name="receipts_form_digest_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("report", "addition", "answer"))),
                        name="receipts_submission_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "opened", "broken"))),
                        name="receipts_submission_state",
                    ),
                ],
            },
        ),
    ]
