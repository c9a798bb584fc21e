"""Workers are woken after commit (core.live): NOTIFY inside the writer's transaction serialises every commit."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_event_partitions"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(
            "DROP TRIGGER IF EXISTS procrastinate_jobs_notify_queue_job_inserted_v1 ON procrastinate_jobs",
            migrations.RunSQL.noop,
        )
    ]
