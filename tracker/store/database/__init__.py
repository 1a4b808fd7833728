"""The database underneath: connections, tables, migrations, rows."""
