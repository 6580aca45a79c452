"""What machines recognise before people look: fingerprints of items, and the list entries that knew them."""

import django.db.models.deletion
from django.db import migrations, models

import tutela.core.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemPrint",
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
                ("kind", models.CharField(max_length=8)),
                ("value", models.CharField(max_length=64)),
                ("quality", models.PositiveSmallIntegerField(null=True)),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Recognition",
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
                ("list_name", models.CharField(max_length=64)),
                ("entry_digest", models.CharField(max_length=64)),
                ("classification", models.CharField(blank=True, max_length=64)),
                ("kind", models.CharField(max_length=8)),
                ("distance", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="item",
            name="hash_after",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="hash_tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="item",
            name="hashed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="recognised_by",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("recognised_by", ""), _negated=True),
                fields=["state", "rank", "id"],
                name="item_queue_recog",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("hash_tries__lt", 3), ("hashed_at__isnull", True), ("kind", "address")),
                fields=["state", "rank", "id"],
                name="item_to_hash",
            ),
        ),
        migrations.AddField(
            model_name="itemprint",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="prints", to="cases.item"
            ),
        ),
        migrations.AddField(
            model_name="recognition",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="recognitions", to="cases.item"
            ),
        ),
        migrations.AddConstraint(
            model_name="itemprint",
            constraint=models.UniqueConstraint(fields=("item", "kind", "value"), name="itemprint_once"),
        ),
        migrations.AddConstraint(
            model_name="recognition",
            constraint=models.UniqueConstraint(
                fields=("item", "list_name", "entry_digest", "kind"), name="recognition_once"
            ),
        ),
    ]
