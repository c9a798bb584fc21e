"""The ceiling of inbound mail: parse with the standard library, look the thread up, insert, update; a commit a mail.

The rows go into copies of the product's tables, indexes included, and what is searched as PostgreSQL does it by itself.
"""

import email
import json
import sys
import time
import uuid
from email import policy

from bench import inside

inside.start()

from django.db import connection, transaction  # noqa: E402

from bench.inside.mails import mails  # noqa: E402

TABLES = """
DROP TABLE IF EXISTS bench_message, bench_thread, bench_entry;
CREATE TABLE bench_message (LIKE conversations_message INCLUDING ALL);
CREATE TABLE bench_entry (LIKE conversations_searchentry INCLUDING ALL);
CREATE TABLE bench_thread (LIKE conversations_conversation INCLUDING ALL);
DO $$
DECLARE one record;
BEGIN  -- what a statement below does not name is empty
    FOR one IN SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_name IN ('bench_message', 'bench_thread') AND is_nullable = 'NO' AND column_default IS NULL
        AND is_identity = 'NO' AND is_generated = 'NEVER'
        AND data_type IN ('character varying', 'text', 'boolean', 'jsonb', 'smallint', 'integer', 'bigint')
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER %I SET DEFAULT %L', one.table_name, one.column_name, CASE
            WHEN one.data_type IN ('character varying', 'text') THEN '' WHEN one.data_type = 'boolean' THEN 'false'
            WHEN one.data_type = 'jsonb' THEN '{}' ELSE '0' END);
    END LOOP;
END $$;
"""
LOOK_UP = "SELECT conversation_id FROM bench_message WHERE inbox_id = 1 AND message_id = %s"
THREAD = """
INSERT INTO bench_thread (public_id, shop_id, inbox_id, identity_id, channel, subject, preview, customer_name, topic,
    language, state, priority, rank, last_message_at, message_count, newest_message, attachment_count, page_url,
    page_title, silent, created_at)
VALUES (%s, 1, 1, 1, 'email', %s, %s, '', '', '', 'open', 0, 1, now(), 1, 0, 0, '', '', false, now()) RETURNING id
"""
TOUCH = "UPDATE bench_thread SET last_message_at = now(), message_count = message_count + 1, preview = %s WHERE id = %s"
MESSAGE = """
WITH added AS (INSERT INTO bench_message (public_id, conversation_id, inbox_id, kind, text, html, full_text, subject, sender, "to",
    cc, bcc, message_id, in_reply_to, automatic, flags, delivery, attempts, error, page_url, created_at)
VALUES (%s, %s, 1, 'customer', %s, %s, '', %s, '{}', '[]', '[]', '[]', %s, '{}', false, '[]', '', 0, '', '', now()) RETURNING id, conversation_id, text, created_at)
INSERT INTO bench_entry (message_id, conversation_id, at, search)
SELECT id, conversation_id, created_at, to_tsvector('comptoir', left(text, 100000)) FROM added
"""


def take(raw: bytes) -> None:
    """One mail."""
    message = email.message_from_bytes(raw, policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    text = plain.get_content() if plain else ""
    reply = str(message["In-Reply-To"] or "").strip("<>")
    subject = str(message["Subject"])[:300]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOOK_UP, [reply])
        found = cursor.fetchone()
        if found:
            cursor.execute(TOUCH, [text[:160], found[0]])
        else:
            cursor.execute(THREAD, [uuid.uuid4(), subject, text[:160]])
            found = cursor.fetchone()
        content = html.get_content() if html else ""
        cursor.execute(
            MESSAGE, [uuid.uuid4(), found[0], text, content, subject, str(message["Message-ID"]).strip("<>")]
        )


if __name__ == "__main__":
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    made = list(mails(count, seed))
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    began, cpu = time.perf_counter(), time.process_time()
    for raw in made:
        take(raw)
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}))
