"""What customers ordered is summed as it changes, by triggers: nothing that writes can forget it."""

import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
-- so much more (or less) for these identities' customers; the identities are held, so that a merge comes before or after
CREATE FUNCTION customer_totals_add(identities bigint[], counts int[], sums bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM customers_identity WHERE id = ANY(identities) ORDER BY id FOR SHARE;
    INSERT INTO orders_customertotal (customer_id, orders, spent)
    SELECT i.customer_id, sum(more.number), sum(more.total)
    FROM unnest(identities, counts, sums) more (identity, number, total)
    JOIN customers_identity i ON i.id = more.identity
    GROUP BY i.customer_id ORDER BY i.customer_id
    ON CONFLICT (customer_id) DO UPDATE SET
        orders = orders_customertotal.orders + excluded.orders, spent = orders_customertotal.spent + excluded.spent;
END $$;

CREATE FUNCTION customer_totals_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    identities bigint[];
    counts int[];
    sums bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(identity_id), array_agg(number), array_agg(sum) INTO identities, counts, sums
        FROM (SELECT identity_id, count(*)::int AS number, sum(total)::bigint AS sum FROM added GROUP BY 1) changed;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(identity_id), array_agg(number), array_agg(sum) INTO identities, counts, sums
        FROM (SELECT identity_id, -count(*)::int AS number, -sum(total)::bigint AS sum FROM removed GROUP BY 1) changed;
    ELSE
        SELECT array_agg(identity_id), array_agg(number), array_agg(sum) INTO identities, counts, sums
        FROM (
            SELECT identity_id, sum(number)::int AS number, sum(total)::bigint AS sum FROM (
                SELECT identity_id, 1 AS number, total FROM added
                UNION ALL SELECT identity_id, -1, -total FROM removed
            ) both_ways GROUP BY 1 HAVING sum(number) <> 0 OR sum(total) <> 0
        ) changed;
    END IF;
    IF identities IS NOT NULL THEN
        PERFORM customer_totals_add(identities, counts, sums);
    END IF;
    RETURN NULL;
END $$;

-- a merge or its undoing: what an identity ordered goes with it
CREATE FUNCTION customer_totals_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orders_customertotal (customer_id, orders, spent)
    SELECT who.customer, who.sign * count(*), who.sign * sum(o.total)
    FROM orders_order o, (VALUES (OLD.customer_id, -1), (NEW.customer_id, 1)) who (customer, sign)
    WHERE o.identity_id = NEW.id
    GROUP BY who.customer, who.sign ORDER BY who.customer
    ON CONFLICT (customer_id) DO UPDATE SET
        orders = orders_customertotal.orders + excluded.orders, spent = orders_customertotal.spent + excluded.spent;
    RETURN NULL;
END $$;

CREATE TRIGGER totals_added AFTER INSERT ON orders_order
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION customer_totals_ordered();
CREATE TRIGGER totals_removed AFTER DELETE ON orders_order
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION customer_totals_ordered();
CREATE TRIGGER totals_changed AFTER UPDATE ON orders_order
    REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION customer_totals_ordered();
CREATE TRIGGER totals_moved AFTER UPDATE OF customer_id ON customers_identity
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION customer_totals_moved();

INSERT INTO orders_customertotal (customer_id, orders, spent)
SELECT i.customer_id, count(*), sum(o.total) FROM orders_order o JOIN customers_identity i ON i.id = o.identity_id GROUP BY 1;
"""
GONE = """
DROP TRIGGER totals_moved ON customers_identity;
DROP TRIGGER totals_changed ON orders_order;
DROP TRIGGER totals_removed ON orders_order;
DROP TRIGGER totals_added ON orders_order;
DROP FUNCTION customer_totals_moved();
DROP FUNCTION customer_totals_ordered();
DROP FUNCTION customer_totals_add(bigint[], int[], bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_gesture_letter"), ("customers", "0004_custom_values")]

    operations = [
        migrations.CreateModel(
            name="CustomerTotal",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+",
                        serialize=False, to="customers.customer",
                    ),
                ),
                ("orders", models.IntegerField(default=0)),
                ("spent", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["spent"], name="customer_total_spent"),
                    models.Index(fields=["orders"], name="customer_total_orders"),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, GONE),
    ]  # fmt: skip
