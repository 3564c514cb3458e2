"""A signature of before names no words, so the language is read and signed again."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("door", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            model_name=model,
            name="words",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        )
        for model in ("reviewed", "historicalreviewed")
    ]
