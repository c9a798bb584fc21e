"""What is searched stands in rows of its own, one a message, kept by triggers: nothing that writes can forget it."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
-- lower case, no accents, nothing that glues words: MA-24817 is « ma » and « 24817 », an address is its words
-- (each replace() costs a microsecond; translate() over characters of several bytes costs three hundred)
CREATE FUNCTION search_plain(body text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT replace(replace(replace(replace(replace(replace(
        lower(unaccent(body)), '-', ' '), '/', ' '), '.', ' '), '@', ' '), '_', ' '), '+', ' ')
$$;

-- the stems of a text in a language; one that PostgreSQL has no stemmer for keeps whole words
CREATE FUNCTION search_vector(language text, body text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE left(language, 2)
        -- accents are gone before stemming: « remboursée » and « remboursé » must still meet
        WHEN 'fr' THEN to_tsvector('french', regexp_replace(search_plain(body), '([a-z]{2})ees?\\M', '\\1e', 'g'))
        WHEN 'en' THEN to_tsvector('english', search_plain(body))
        WHEN 'de' THEN to_tsvector('german', search_plain(body))
        WHEN 'es' THEN to_tsvector('spanish', search_plain(body))
        WHEN 'it' THEN to_tsvector('italian', search_plain(body))
        WHEN 'nl' THEN to_tsvector('dutch', search_plain(body))
        WHEN 'pt' THEN to_tsvector('portuguese', search_plain(body))
        WHEN 'sv' THEN to_tsvector('swedish', search_plain(body))
        ELSE to_tsvector('simple', search_plain(body))
    END
$$;

-- a message's whole entry
CREATE FUNCTION search_document(language text, subject text, names text, body text, shop bigint, at timestamptz)
RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT setweight(search_vector(language, subject), 'A')
        || setweight(to_tsvector('simple', search_plain(names)), 'B')
        || search_vector(language, left(body, 100000))
        || array_to_tsvector(ARRAY[
            '~s' || shop,
            '~l' || CASE WHEN left(language, 2) IN ('fr', 'en', 'de', 'es', 'it', 'nl', 'pt', 'sv')
                THEN left(language, 2) ELSE '' END,
            '~m' || (floor(extract(epoch FROM at) / 86400)::int >> 5),
            '~y' || (floor(extract(epoch FROM at) / 86400)::int >> 8)
        ])
$$;

-- the entries of these messages, made or made anew
CREATE FUNCTION search_fill(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO conversations_searchentry (message_id, conversation_id, at, search)
    SELECT m.id, m.conversation_id, m.created_at, search_document(
        coalesce(nullif(c.language, ''), s.language), c.subject,
        concat_ws(' ', c.customer_name, m.sender->>'name', m.sender->>'email'), m.text, c.shop_id, m.created_at)
    FROM conversations_message m
    JOIN conversations_conversation c ON c.id = m.conversation_id
    JOIN core_shop s ON s.id = c.shop_id
    WHERE m.id = ANY(keys)
    ON CONFLICT (message_id) DO UPDATE
        SET conversation_id = excluded.conversation_id, at = excluded.at, search = excluded.search
$$;

CREATE FUNCTION search_message_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO conversations_searchentry (message_id, conversation_id, at, search)
    SELECT m.id, m.conversation_id, m.created_at, search_document(
        coalesce(nullif(c.language, ''), s.language), c.subject,
        concat_ws(' ', c.customer_name, m.sender->>'name', m.sender->>'email'), m.text, c.shop_id, m.created_at)
    FROM added m
    JOIN conversations_conversation c ON c.id = m.conversation_id
    JOIN core_shop s ON s.id = c.shop_id
    ON CONFLICT (message_id) DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION search_message_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_fill(ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE FUNCTION search_conversation_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_fill(ARRAY(SELECT id FROM conversations_message WHERE conversation_id = NEW.id));
    RETURN NULL;
END $$;

CREATE TRIGGER search_added AFTER INSERT ON conversations_message
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_message_added();
CREATE TRIGGER search_changed AFTER UPDATE OF text, conversation_id, created_at, sender ON conversations_message
    FOR EACH ROW WHEN ((OLD.text, OLD.conversation_id, OLD.created_at, OLD.sender)
        IS DISTINCT FROM (NEW.text, NEW.conversation_id, NEW.created_at, NEW.sender))
    EXECUTE FUNCTION search_message_changed();
CREATE TRIGGER search_changed AFTER UPDATE OF subject, customer_name, language, shop_id ON conversations_conversation
    FOR EACH ROW WHEN ((OLD.subject, OLD.customer_name, OLD.language, OLD.shop_id)
        IS DISTINCT FROM (NEW.subject, NEW.customer_name, NEW.language, NEW.shop_id))
    EXECUTE FUNCTION search_conversation_changed();
"""
LEXICON = """
-- the different words of a text that may stand in the lexicon
CREATE FUNCTION lexicon_words(body text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT word FROM unnest(tsvector_to_array(to_tsvector('simple', search_plain(left(body, 20000))))) word
    WHERE word ~ '^[a-z]{4,24}$'
$$;

-- count the words of at most `most` messages that the run before had seen (so none is still on its way); how many
CREATE FUNCTION lexicon_count(most int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    progress conversations_lexiconprogress;
    upto bigint;
    counted_now int;
BEGIN
    IF NOT pg_try_advisory_xact_lock(7201534) THEN
        RETURN 0;
    END IF;
    INSERT INTO conversations_lexiconprogress (id, counted, seen) VALUES (1, 0, 0) ON CONFLICT DO NOTHING;
    SELECT * INTO progress FROM conversations_lexiconprogress WHERE id = 1 FOR UPDATE;
    SELECT max(id), count(*) INTO upto, counted_now FROM (
        SELECT id FROM conversations_message WHERE id > progress.counted AND id <= progress.seen ORDER BY id LIMIT most
    ) batch;
    IF counted_now > 0 THEN
        INSERT INTO conversations_lexiconword (text, count)
        SELECT word, count(*) FROM conversations_message m, lexicon_words(m.text) word
        WHERE m.id > progress.counted AND m.id <= upto GROUP BY word ORDER BY word
        ON CONFLICT (text) DO UPDATE SET count = conversations_lexiconword.count + excluded.count;
        UPDATE conversations_lexiconprogress SET counted = upto WHERE id = 1;
    ELSE
        UPDATE conversations_lexiconprogress SET counted = greatest(counted, seen),
            seen = coalesce((SELECT max(id) FROM conversations_message), 0) WHERE id = 1;
    END IF;
    RETURN counted_now;
END $$;

-- what a message said is gone: its words are counted one less, and those that nobody else wrote go
CREATE FUNCTION lexicon_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7201534);
    IF OLD.id <= coalesce((SELECT counted FROM conversations_lexiconprogress WHERE id = 1), 0) THEN
        UPDATE conversations_lexiconword SET count = count - 1 WHERE text IN (SELECT lexicon_words(OLD.text));
        DELETE FROM conversations_lexiconword WHERE count < 1 AND text IN (SELECT lexicon_words(OLD.text));
        IF TG_OP = 'UPDATE' THEN
            INSERT INTO conversations_lexiconword (text, count) SELECT word, 1 FROM lexicon_words(NEW.text) word
            ON CONFLICT (text) DO UPDATE SET count = conversations_lexiconword.count + 1;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER lexicon_changed AFTER UPDATE OF text ON conversations_message
    FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text) EXECUTE FUNCTION lexicon_forget();
CREATE TRIGGER lexicon_deleted AFTER DELETE ON conversations_message
    FOR EACH ROW EXECUTE FUNCTION lexicon_forget();
"""
BACK = """
DROP TRIGGER search_added ON conversations_message;
DROP TRIGGER search_changed ON conversations_message;
DROP TRIGGER search_changed ON conversations_conversation;
DROP TRIGGER lexicon_changed ON conversations_message;
DROP TRIGGER lexicon_deleted ON conversations_message;
DROP FUNCTION lexicon_forget, lexicon_count, lexicon_words, search_message_added, search_message_changed,
    search_conversation_changed, search_fill, search_document, search_vector, search_plain;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0009_merged_threads"),
        ("core", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="entry",
                        serialize=False,
                        to="conversations.message",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="conversations.conversation",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("search", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={"indexes": [models.Index(fields=["at", "message"], name="entry_at")]},
        ),
        migrations.CreateModel(
            name="LexiconProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counted", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="LexiconWord",
            fields=[
                ("text", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("count", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("text", name="gin_trgm_ops"), name="lexicon_trgm"
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass("text", name="text_pattern_ops"),
                        name="lexicon_beginning",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="RecentSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200)),
                ("searched_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recent_searches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-searched_at"],
                "constraints": [models.UniqueConstraint(fields=("agent", "text"), name="recent_search_once")],
            },
        ),
        migrations.RunSQL(FUNCTIONS + LEXICON, BACK),
    ]
