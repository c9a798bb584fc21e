"""Canned texts become macros: same keys, their words in braces become variables, their events follow."""

from typing import Any

from django.db import migrations

WORDS = {
    "{prénom}": '{{ customer.first_name | default: "" }}',
    "{prenom}": '{{ customer.first_name | default: "" }}',
    "{first_name}": '{{ customer.first_name | default: "" }}',
    "{nom}": '{{ customer.last_name | default: "" }}',
    "{conseiller}": "{{ agent.first_name }}",
    "{agent}": "{{ agent.first_name }}",
    "{boutique}": "{{ shop.name }}",
    "{shop}": "{{ shop.name }}",
}
FORWARDS = """
INSERT INTO automation_macro
    (id, shop_id, agent_id, name, shortcut, folder, topics, language, html, acts, note, used, active, created_at, updated_at)
SELECT id, shop_id, agent_id, name, shortcut, '', '{}', language, html, '{}', '', used, true, now(), now()
FROM conversations_cannedtext;
SELECT setval(pg_get_serial_sequence('automation_macro', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM automation_macro), false);
UPDATE core_event SET verb = 'macro.' || substr(verb, 8), subject_type = 'macro'
WHERE verb IN ('canned.created', 'canned.edited', 'canned.deleted');
"""


def forwards(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FORWARDS)
        for word, place in WORDS.items():
            cursor.execute(
                "UPDATE automation_macro SET html = replace(html, %s, %s) WHERE position(%s in html) > 0",
                [word, place, word],
            )


class Migration(migrations.Migration):
    dependencies = [
        ("automation", "0001_macros"),
        ("conversations", "0001_initial"),
        ("core", "0002_event_partitions"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
