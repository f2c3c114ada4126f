"""dbt's `target` for sqlfluff, which lints what DuckDB gets."""

type = "duckdb"  # noqa: A001 - dbt calls it so
