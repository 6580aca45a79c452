"""The room's tables: partners and keys, conversations, outbox and inbox, mailbox, marks, heads, refusals."""

import django.db.models.deletion
from django.db import migrations, models

import tutela.core.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Envelope",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="OwnKey",
            fields=[
                ("key_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("public_key", models.BinaryField(max_length=3200)),
                ("made_at", models.DateTimeField()),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
                ("signed", models.BinaryField(default=bytes)),
            ],
        ),
        migrations.CreateModel(
            name="Boxed",
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
                ("node", models.CharField(max_length=64)),
                ("put_by", models.CharField(max_length=64)),
                ("digest", models.BinaryField(max_length=32)),
                ("sealed", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                ("put_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["node", "id"], name="boxed_of")],
                "constraints": [models.UniqueConstraint(fields=("node", "digest"), name="boxed_once")],
            },
        ),
        migrations.CreateModel(
            name="Partner",
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
                ("name", models.CharField(max_length=64, unique=True)),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("role", models.CharField(max_length=16)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("relay", models.CharField(blank=True, max_length=64)),
                ("state", models.CharField(default="active", max_length=8)),
                ("source", models.CharField(default="hand", max_length=16)),
                ("added_at", models.DateTimeField()),
                ("pinned_at", models.DateTimeField(null=True)),
                ("knows_key", models.CharField(blank=True, max_length=32)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("reached_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=64)),
                ("skew_seconds", models.IntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "paused", "revoked"])),
                        name="partner_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="partner_has_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Conversation",
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
                ("shared_id", models.UUIDField()),
                ("begun_here", models.BooleanField()),
                ("kind", models.CharField(max_length=64)),
                ("mark", models.CharField(max_length=16)),
                ("memory", models.JSONField(default=dict)),
                ("about_kind", models.CharField(blank=True, max_length=64)),
                ("about_id", models.UUIDField(null=True)),
                ("begun_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversations",
                        to="exchange.partner",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("about_id__isnull", False)),
                        fields=["about_id", "id"],
                        name="conversation_about",
                    ),
                    models.Index(fields=["last_at", "id"], name="conversation_last"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "shared_id"), name="conversation_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerHead",
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
                ("number", models.PositiveBigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
                ("differs", models.BooleanField(default=False)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="heads",
                        to="exchange.partner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "number", "digest"), name="partnerhead_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerKey",
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
                ("key_id", models.CharField(max_length=32)),
                ("public_key", models.BinaryField(max_length=3200)),
                ("source", models.CharField(max_length=16)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("trusted_at", models.DateTimeField(null=True)),
                ("added_at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="exchange.partner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "key_id"), name="partnerkey_once"),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["hand", "directory", "rotation"])),
                        name="partnerkey_source_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refused",
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
                ("day", models.DateField()),
                ("sender", models.CharField(blank=True, max_length=64)),
                ("code", models.CharField(max_length=64)),
                ("count", models.PositiveBigIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("last_digest", models.BinaryField(default=bytes, max_length=32)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "sender", "code"), name="refused_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("stamp", models.UUIDField(default=tutela.core.kernel.ids.new_id)),
                ("directory", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="exchange_one_revision")
                ],
            },
        ),
        migrations.CreateModel(
            name="RotationHeard",
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
                ("node", models.CharField(max_length=64)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("signed", models.BinaryField()),
                ("received_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["id"],
                        name="rotation_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandedItem",
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
                ("ref", models.UUIDField()),
                ("facts", models.JSONField(default=dict)),
                ("said", models.CharField(blank=True, max_length=16)),
                ("said_at", models.DateTimeField(null=True)),
                ("heard", models.CharField(blank=True, max_length=16)),
                ("heard_reason", models.CharField(blank=True, max_length=64)),
                ("heard_at", models.DateTimeField(null=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="exchange.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["item_id"], name="handeditem_item")],
                "constraints": [
                    models.UniqueConstraint(fields=("conversation", "ref"), name="handeditem_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Outgoing",
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
                ("kind", models.CharField(max_length=64)),
                ("sequence", models.PositiveBigIntegerField()),
                ("mark", models.CharField(max_length=16)),
                ("content_locked", models.BinaryField()),
                ("actor", models.CharField(max_length=80)),
                ("said_at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("envelope_id", models.UUIDField(null=True, unique=True)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("signed_with", models.CharField(blank=True, max_length=32)),
                ("sealed_to", models.CharField(blank=True, max_length=32)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("handed_at", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("member", models.CharField(blank=True, max_length=200)),
                ("step", models.CharField(blank=True, max_length=8)),
                ("step_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outgoing",
                        to="exchange.conversation",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outgoing",
                        to="exchange.partner",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "id"], name="outgoing_state"),
                    models.Index(fields=["partner", "state", "id"], name="outgoing_due"),
                    models.Index(
                        condition=models.Q(("digest__isnull", False)),
                        fields=["digest"],
                        name="outgoing_digest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("conversation", "sequence"),
                        name="outgoing_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sealed", "relayed", "taken", "refused", "given_up"])
                        ),
                        name="outgoing_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["", "accepted", "refused", "opened", "acted"])),
                        name="outgoing_step_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Marked",
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
                ("about_kind", models.CharField(max_length=64)),
                ("about_id", models.UUIDField()),
                ("mark", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.partner"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("about_id", "about_kind", "partner"), name="marked_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Incoming",
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
                ("envelope_id", models.UUIDField()),
                ("digest", models.BinaryField(max_length=32)),
                ("kind", models.CharField(max_length=64)),
                ("shared_id", models.UUIDField()),
                ("sequence", models.PositiveBigIntegerField()),
                ("mark", models.CharField(max_length=16)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("relayed", models.BooleanField(default=False)),
                ("state", models.CharField(default="taken", max_length=8)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("member", models.CharField(blank=True, max_length=200)),
                ("content_locked", models.BinaryField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("opened_by", models.CharField(blank=True, max_length=80)),
                ("acted_at", models.DateTimeField(null=True)),
                ("acted_by", models.CharField(blank=True, max_length=80)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("step", models.CharField(blank=True, max_length=8)),
                ("receipt_due", models.BooleanField(default=False)),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming",
                        to="exchange.conversation",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming",
                        to="exchange.partner",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "taken")), fields=["id"], name="incoming_to_open"
                    ),
                    models.Index(
                        condition=models.Q(("state", "held")),
                        fields=["conversation", "sequence"],
                        name="incoming_held",
                    ),
                    models.Index(
                        condition=models.Q(("receipt_due", True)),
                        fields=["partner", "id"],
                        name="incoming_receipt",
                    ),
                    models.Index(fields=["conversation", "id"], name="incoming_conversation"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "envelope_id"), name="incoming_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["taken", "held", "opened", "acted", "refused"])),
                        name="incoming_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["", "accepted", "refused", "opened", "acted"])),
                        name="incoming_step_known",
                    ),
                ],
            },
        ),
    ]
