"""Which cases both have is asked and answered; receipts and readings keep their times; outcomes are longer."""

import django.db.models.deletion
from django.db import migrations, models

import tutela.core.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="incoming",
            name="read_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="receipts",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="partner",
            name="overlap_agreed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="handeditem",
            name="heard",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.CreateModel(
            name="OverlapAsked",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope", models.CharField(max_length=16)),
                ("secret_locked", models.BinaryField(default=bytes)),
                ("asked_by", models.CharField(max_length=80)),
                ("asked_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("found", models.PositiveIntegerField(default=0)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "conversation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overlap",
                        to="exchange.conversation",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.partner"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "answered", "failed"])),
                        name="overlap_asked_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OverlapHeard",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope", models.CharField(max_length=16)),
                ("count", models.PositiveIntegerField()),
                ("request_locked", models.BinaryField(default=bytes)),
                ("heard_at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "conversation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.conversation",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.partner"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["id"], name="overlap_to_answer"
                    ),
                    models.Index(fields=["partner", "heard_at"], name="overlap_rate"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "answered", "failed"])),
                        name="overlap_heard_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OverlapItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("item_id", models.UUIDField()),
                ("identifier", models.BinaryField(max_length=32)),
                ("found", models.BooleanField(null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="exchange.overlapasked",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["item_id"], name="overlapitem_item"),
                ],
            },
        ),
    ]
