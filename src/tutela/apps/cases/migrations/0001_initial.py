"""The room's tables, and the trigger that refuses to change an assessment."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import tutela.core.kernel.ids
from tutela.apps.cases import triggers


def protect_assessments(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection)


def release_assessments(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.drop(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Assessment",
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
                ("round", models.PositiveSmallIntegerField()),
                ("place", models.PositiveSmallIntegerField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("reality", models.CharField(max_length=16)),
                ("age_band", models.CharField(max_length=16)),
                ("category", models.CharField(max_length=16)),
                ("series_known", models.CharField(max_length=16)),
                ("self_generated", models.CharField(max_length=16)),
                ("livestream", models.CharField(max_length=16)),
                ("commercial", models.CharField(max_length=16)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("place__gte", 1), ("place__lte", 3)),
                        name="assessment_three_at_most",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExposureStopped",
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
                ("person_id", models.UUIDField()),
                ("day", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person_id", "day"), name="exposure_stopped_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
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
                ("kind", models.CharField(max_length=16)),
                ("key", models.BinaryField(max_length=32, unique=True)),
                ("canonical", models.TextField(blank=True)),
                ("host", models.CharField(blank=True, max_length=255)),
                ("registered_domain", models.CharField(blank=True, max_length=255)),
                ("scheme", models.CharField(blank=True, max_length=16)),
                ("is_onion", models.BooleanField(default=False)),
                ("service", models.CharField(blank=True, max_length=512)),
                ("account", models.CharField(blank=True, max_length=512)),
                ("state", models.CharField(default="waiting", max_length=16)),
                ("state_before", models.CharField(blank=True, max_length=16)),
                ("pending", models.CharField(blank=True, max_length=32)),
                ("outcome", models.CharField(blank=True, max_length=32)),
                ("look", models.CharField(blank=True, max_length=16)),
                ("version", models.PositiveIntegerField(default=1)),
                ("received_at", models.DateTimeField()),
                ("sightings_count", models.PositiveIntegerField(default=1)),
                ("known", models.BooleanField(default=False)),
                ("danger_now", models.BooleanField(default=False)),
                ("self_report", models.BooleanField(default=False)),
                ("hosting_country", models.CharField(blank=True, max_length=2)),
                ("hosted_here", models.BooleanField(default=False)),
                ("returned", models.BooleanField(default=False)),
                ("rank", models.BigIntegerField()),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("assessed_at", models.DateTimeField(null=True)),
                ("claimed_by", models.UUIDField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("noticed_at", models.DateTimeField(null=True)),
                ("seen_again_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "settled",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.assessment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "rank", "id"], name="item_queue"),
                    models.Index(fields=["state", "host", "rank", "id"], name="item_queue_host"),
                    models.Index(
                        fields=["state", "registered_domain", "rank", "id"], name="item_queue_domain"
                    ),
                    models.Index(
                        fields=["state", "hosting_country", "rank", "id"], name="item_queue_country"
                    ),
                    models.Index(
                        condition=models.Q(("host", ""), _negated=True),
                        fields=["host", "id"],
                        name="item_host",
                    ),
                    models.Index(
                        condition=models.Q(("registered_domain", ""), _negated=True),
                        fields=["registered_domain", "id"],
                        name="item_domain",
                    ),
                    models.Index(
                        condition=models.Q(("service", ""), _negated=True),
                        fields=["account", "service"],
                        name="item_account",
                    ),
                    models.Index(
                        condition=models.Q(("danger_now", True)),
                        fields=["state", "rank", "id"],
                        name="item_queue_danger",
                    ),
                    models.Index(
                        condition=models.Q(("self_report", True)),
                        fields=["state", "rank", "id"],
                        name="item_queue_self",
                    ),
                    models.Index(
                        condition=models.Q(("hosted_here", True)),
                        fields=["state", "rank", "id"],
                        name="item_queue_here",
                    ),
                    models.Index(
                        condition=models.Q(("returned", True)),
                        fields=["state", "rank", "id"],
                        name="item_queue_back",
                    ),
                    models.Index(
                        condition=models.Q(("assessed_at__isnull", False)),
                        fields=["state", "rank", "id"],
                        name="item_queue_assessed",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "address"), _negated=True),
                        fields=["state", "kind", "rank", "id"],
                        name="item_queue_kind",
                    ),
                    models.Index(
                        condition=models.Q(("look", "unclear")),
                        fields=["state", "rank", "id"],
                        name="item_queue_unclear",
                    ),
                    models.Index(
                        condition=models.Q(("claimed_by__isnull", False)),
                        fields=["claimed_by", "state", "rank", "id"],
                        name="item_claimed",
                    ),
                    models.Index(
                        condition=models.Q(("forgotten_at__isnull", True)),
                        fields=["closed_at", "id"],
                        name="item_closed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["address", "account", "fingerprint", "no_address"])),
                        name="item_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "waiting",
                                    "second_look",
                                    "disputed",
                                    "deciding",
                                    "asked",
                                    "held",
                                    "noticed",
                                    "closed",
                                ],
                            )
                        ),
                        name="item_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                [
                                    "",
                                    "removed",
                                    "not_illegal",
                                    "outside_scope",
                                    "not_reachable",
                                    "duplicate",
                                    "no_address",
                                    "forwarded",
                                    "handed_to_police",
                                    "other",
                                ],
                            )
                        ),
                        name="item_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("state", "closed"),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_at__isnull", True),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="item_closed_has_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claimed_by__isnull", True), ("claimed_until__isnull", True)),
                            models.Q(("claimed_by__isnull", False), ("claimed_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="item_claim_lapses",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exposure",
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
                ("person_id", models.UUIDField()),
                ("day", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exposures", to="cases.item"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person_id", "day"], name="exposure_day"),
                    models.Index(fields=["day", "person_id"], name="exposure_day_all"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_at__gte", models.F("opened_at"))),
                        name="exposure_runs_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                ("kind", models.CharField(max_length=32)),
                ("reason", models.CharField(blank=True, max_length=32)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("version", models.PositiveIntegerField()),
                ("state_from", models.CharField(max_length=16)),
                ("state_before", models.CharField(blank=True, max_length=16)),
                ("pending_before", models.CharField(blank=True, max_length=32)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.UUIDField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="cases.item"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["item", "at"], name="decision_item"),
                ],
            },
        ),
        migrations.AddField(
            model_name="assessment",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="cases.item"
            ),
        ),
        migrations.CreateModel(
            name="Report",
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
                ("receipt_id", models.UUIDField(db_index=True)),
                ("submission_id", models.UUIDField(unique=True)),
                ("received_at", models.DateTimeField()),
                ("language", models.CharField(blank=True, max_length=16)),
                ("worry", models.CharField(blank=True, max_length=32)),
                ("danger_now", models.BooleanField(null=True)),
                ("self_report", models.BooleanField(default=False)),
                ("wish", models.CharField(default="code", max_length=16)),
                ("words_locked", models.BinaryField(null=True)),
                ("email_locked", models.BinaryField(null=True)),
                ("refused", models.JSONField(default=list)),
                ("state", models.CharField(default="open", max_length=16)),
                ("closed_at", models.DateTimeField(null=True)),
                ("told", models.CharField(blank=True, max_length=32)),
                ("told_at", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                ("answer_at", models.DateTimeField(null=True)),
                ("behind", models.BooleanField(default=False)),
                ("forgotten_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("behind", True)), fields=["id"], name="report_behind"),
                    models.Index(
                        condition=models.Q(("wish", "email")), fields=["told_at", "id"], name="report_mail"
                    ),
                    models.Index(
                        condition=models.Q(("answer_at__isnull", False)),
                        fields=["answer_at", "id"],
                        name="report_answer",
                    ),
                    models.Index(
                        condition=models.Q(("forgotten_at__isnull", True)),
                        fields=["closed_at", "id"],
                        name="report_closed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "closed"])), name="report_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wish__in", ["code", "email", "nothing"])),
                        name="report_wish_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "open")),
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="report_closed_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
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
                ("message_id", models.UUIDField(unique=True)),
                ("text_locked", models.BinaryField(null=True)),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("answer_locked", models.BinaryField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="cases.item"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="cases.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("submission_id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="intakes", to="cases.report"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sighting",
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
                ("original", models.TextField(blank=True)),
                ("seen_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sightings", to="cases.item"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sightings",
                        to="cases.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("report", "item"), name="sighting_once"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("item", "round", "place"), name="assessment_one_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("item", "round", "by"), name="assessment_another_person"
            ),
        ),
        migrations.RunPython(protect_assessments, release_assessments),
    ]
