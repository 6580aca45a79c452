"""The room's tables: providers and contacts, hosting facts, notices, answers, watches, checks."""

import django.db.models.deletion
from django.db import migrations, models

import tutela.core.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.CharField(max_length=254, unique=True)),
                ("source", models.CharField(max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("approved", "Approved"), ("refused", "Refused")],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("proof", models.JSONField(default=list)),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("bounced_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved", "refused"])),
                        name="contact_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["own", "rdap", "manual"])), name="contact_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            ("approved_by__isnull", False),
                            _connector="OR",
                        ),
                        name="contact_approved_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Numbering",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("domains", models.JSONField(default=list)),
                ("networks", models.JSONField(default=list)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_to", models.TimeField(null=True)),
                ("working_days_only", models.BooleanField(default=False)),
                ("saved_by", models.UUIDField()),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("item_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=16)),
                ("detail", models.CharField(max_length=32)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("mode", models.CharField(max_length=8)),
                ("by", models.CharField(max_length=80)),
            ],
            options={
                "indexes": [models.Index(fields=["item_id", "at"], name="check_item")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["reachable", "missing", "unclear", "not_looked"])
                        ),
                        name="check_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hosting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("item_id", models.UUIDField()),
                ("host", models.CharField(max_length=255)),
                ("ip", models.GenericIPAddressField(null=True)),
                ("asn", models.PositiveBigIntegerField(null=True)),
                ("network", models.CharField(blank=True, max_length=49)),
                ("network_name", models.CharField(blank=True, max_length=255)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("source", models.JSONField(default=list)),
                ("looked_at", models.DateTimeField()),
                ("error", models.CharField(blank=True, max_length=32)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.contact",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.provider",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["item_id", "looked_at"], name="hosting_item"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("waiting_contact", "Waiting Contact"),
                            ("ready", "Ready"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("first_try_at", models.DateTimeField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("message_id", models.CharField(blank=True, max_length=320)),
                ("token_digest", models.BinaryField(max_length=32, null=True, unique=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="notices.contact",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "due_at"], name="notice_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "waiting_contact",
                                    "ready",
                                    "sending",
                                    "sent",
                                    "failed",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="notice_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "waiting_contact"])),
                        fields=("contact",),
                        name="notice_one_open_a_contact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="notice_sent_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("attempt", models.PositiveSmallIntegerField()),
                ("outcome", models.CharField(max_length=16)),
                ("smtp_code", models.PositiveSmallIntegerField(null=True)),
                ("detail", models.CharField(blank=True, max_length=64)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notices.notice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["notice", "at"], name="delivery_notice"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("item_ids", models.JSONField(default=list)),
                ("text_sealed", models.BinaryField(null=True)),
                ("correction", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("settled_by", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="notices.notice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["notice", "at"], name="answer_notice"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["removed", "not_ours", "already_gone", "need_more", "objection"])
                        ),
                        name="answer_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tutela.core.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("item_id", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting_host", "Waiting Host"),
                            ("waiting_contact", "Waiting Contact"),
                            ("included", "Included"),
                            ("sent", "Sent"),
                            ("answered", "Answered"),
                            ("moved", "Moved"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=32)),
                ("kind", models.CharField(default="address", max_length=16)),
                ("address", models.TextField()),
                ("host", models.CharField(blank=True, max_length=255)),
                ("category", models.CharField(max_length=16)),
                ("seen_at", models.DateTimeField()),
                ("assessed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("case_told", models.BooleanField(default=False)),
                ("answer", models.CharField(blank=True, max_length=16)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "hosting",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.hosting",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="notices.notice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["item_id"], name="noticeitem_item"),
                    models.Index(fields=["state"], name="noticeitem_waiting"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "waiting_host",
                                    "waiting_contact",
                                    "included",
                                    "sent",
                                    "answered",
                                    "moved",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="noticeitem_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting_host", "waiting_contact", "included"])),
                        fields=("item_id",),
                        name="noticeitem_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["included", "sent", "answered", "moved"]), _negated=True),
                            ("notice__isnull", False),
                            _connector="OR",
                        ),
                        name="noticeitem_has_notice",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="provider",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="notices.provider",
            ),
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("item_id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(default="address", max_length=16)),
                ("address", models.TextField()),
                ("host", models.CharField(blank=True, max_length=255)),
                ("by_hand", models.BooleanField(default=False)),
                ("resolved_before", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField()),
                ("next_look_at", models.DateTimeField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("misses", models.PositiveSmallIntegerField(default=0)),
                ("gone", models.BooleanField(default=False)),
                ("unclear", models.BooleanField(default=False)),
                ("said_gone", models.BooleanField(default=False)),
                ("asked", models.BooleanField(default=False)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("mode", models.CharField(blank=True, max_length=8)),
                ("state", models.CharField(default="active", max_length=8)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "next_look_at"], name="watch_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "ended"])), name="watch_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), _negated=True),
                            ("next_look_at__isnull", False),
                            _connector="OR",
                        ),
                        name="watch_has_next",
                    ),
                ],
            },
        ),
    ]
