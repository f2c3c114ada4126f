"""dbt's flags for sqlfluff."""

FULL_REFRESH = False
