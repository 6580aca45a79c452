"""The room's tables: lists, sources, entries with their fingerprints, quarantined pages, opinions."""

import django.db.models.deletion
from django.db import migrations, models

import tutela.core.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Numbering",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="HashList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=64, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("origin", models.CharField(max_length=300)),
                ("legal_basis", models.CharField(max_length=300)),
                ("handling", models.CharField(max_length=32)),
                ("scheme", models.CharField(blank=True, max_length=64)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("radius", models.PositiveSmallIntegerField(default=31)),
                ("minimum_quality", models.PositiveSmallIntegerField(default=50)),
                ("negative", models.BooleanField(default=False)),
                ("state", models.CharField(default="active", max_length=8)),
                ("made_at", models.DateTimeField()),
                ("change", models.BigIntegerField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "paused"])), name="hashlist_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("radius__lte", 64)), name="hashlist_radius"),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_quality__lte", 100)), name="hashlist_quality"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(max_length=32)),
                ("settings", models.JSONField(default=dict)),
                ("every_minutes", models.PositiveIntegerField(default=60)),
                ("state", models.CharField(default="active", max_length=8)),
                ("next_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("checkpoint", models.JSONField(null=True)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("refetching", models.BooleanField(default=True)),
                ("unread", models.BooleanField(default=False)),
                ("usual_volume", models.PositiveIntegerField(null=True)),
                ("volume", models.PositiveIntegerField(default=0)),
                ("held_reason", models.CharField(blank=True, max_length=16)),
                ("held_found", models.PositiveIntegerField(null=True)),
                ("held_usual", models.PositiveIntegerField(null=True)),
                ("released_by", models.UUIDField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=32)),
                ("failures", models.PositiveIntegerField(default=0)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="hashbank.hashlist",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "next_at"], name="source_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "paused", "held"])), name="source_state"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuarantinedPage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=32)),
                ("page_digest", models.CharField(max_length=64)),
                ("settled_by", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quarantined",
                        to="hashbank.source",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source", "settled_at"], name="quarantined_source"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("source_name", models.CharField(max_length=64)),
                ("entry_id", models.CharField(max_length=255)),
                ("row", models.JSONField(default=dict)),
                ("scheme", models.CharField(blank=True, max_length=64)),
                ("classification", models.CharField(blank=True, max_length=64)),
                ("state", models.CharField(max_length=16)),
                ("disputed", models.BooleanField(default=False)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdraw_reason", models.CharField(blank=True, max_length=16)),
                ("barred", models.BooleanField(default=False)),
                ("item_id", models.UUIDField(null=True)),
                ("proposed_by", models.UUIDField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("change", models.BigIntegerField()),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="hashbank.hashlist",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="hashbank.source",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["change", "id"], name="entry_change"),
                    models.Index(fields=["list", "state", "id"], name="entry_by_state"),
                    models.Index(fields=["source", "state", "generation"], name="entry_sweep"),
                    models.Index(
                        condition=models.Q(("item_id__isnull", False)), fields=["item_id"], name="entry_item"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("list", "source_name", "entry_id"), name="entry_key"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "active", "refused", "withdrawn"])),
                        name="entry_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed_by__isnull", True),
                            ("decided_by__isnull", True),
                            models.Q(("proposed_by", models.F("decided_by")), _negated=True),
                            ("state__in", ["refused", "withdrawn"]),
                            _connector="OR",
                        ),
                        name="entry_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            ("withdrawn_at__isnull", False),
                            _connector="OR",
                        ),
                        name="entry_withdrawn_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source_name", "desk"), ("state", "active"), _negated=True),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="entry_approved_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("opinion", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=32)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=16)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=32)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="hashbank.entry",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "next_at"], name="opinion_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opinion__in", ["confirmed", "refuted", "not_seen"])),
                        name="opinion_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "told", "failed", "not_supported"])),
                        name="opinion_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Print",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("value", models.CharField(max_length=64)),
                ("quality", models.PositiveSmallIntegerField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prints",
                        to="hashbank.entry",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "value"], name="print_value")],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "kind", "value"), name="print_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["sha256", "sha1", "md5", "pdq"])), name="print_kind"
                    ),
                ],
            },
        ),
    ]
