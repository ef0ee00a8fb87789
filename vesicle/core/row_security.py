"""Row-level security: the wall behind the scoped managers.

After each migration every table of a ``ClinicOwned`` model gets one policy. ``FORCE`` makes it hold
for the owner too, which is the role the application connects as; only a superuser passes, and
``vesicle doctor`` complains about one.
"""

from django.apps import AppConfig
from django.db import connections

from vesicle.core.scope import ClinicOwned

POLICY = "vesicle_one_clinic"
"""Another name than the policy of earlier versions, so that tables which have that one get this one instead."""

# The setting is read in subqueries, which PostgreSQL answers once a statement; read bare it would be once a row.
_PROTECT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS vesicle_clinic ON {table};
DROP POLICY IF EXISTS {policy} ON {table};
CREATE POLICY {policy} ON {table}
    USING ((SELECT current_setting('vesicle.clinic', true)) = '*'
           OR clinic_id = (SELECT substring(current_setting('vesicle.clinic', true) FROM '^[0-9]+$')::bigint));
"""


def protect_tables(app_config: AppConfig, using: str) -> None:
    """Give every clinical table of ``app_config`` its policy, once."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = %s", [POLICY])
        protected = {row[0] for row in cursor.fetchall()}
        present = set(connection.introspection.table_names(cursor))
        for model in app_config.get_models():
            table = model._meta.db_table
            if issubclass(model, ClinicOwned) and table in present - protected:
                cursor.execute(_PROTECT.format(table=connection.ops.quote_name(table), policy=POLICY))
