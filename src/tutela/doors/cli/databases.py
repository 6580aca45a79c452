"""``tutela database``: bring the tables to this release; print the rights of each process's role."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from tutela.doors.cli import backups
from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, load_node, told

app = typer.Typer(help="The node's database.", no_args_is_help=True)


@app.command()
@told
def upgrade(home: Home = DEFAULT_HOME) -> None:
    """Back up, then bring the tables to this release."""
    load_node(home)
    from tutela.doors.cli import making

    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    archive = home / backups.FOLDER / f"before-upgrade-{stamp}.tar.gz"
    backups.write_backup(home.resolve(), archive)
    typer.echo(f"Backed up to {archive}")
    making.make_tables()
    typer.echo("The database is of this release.")


@app.command()
@told
def roles(
    site: Annotated[str, typer.Option(help="Role of the public site.")] = "tutela_site",
    provider: Annotated[str, typer.Option(help="Role of the providers' door.")] = "tutela_provider",
    partner: Annotated[str, typer.Option(help="Role of the partners' door.")] = "tutela_partner",
) -> None:
    """Print the SQL that gives each door that faces the network its rights on PostgreSQL, and no more."""
    typer.echo(roles_sql(site, provider, partner))


def roles_sql(site: str, provider: str, partner: str = "tutela_partner") -> str:
    """Return GRANT statements made from each room's own description of rights."""
    from tutela.apps.exchange import rights as exchange
    from tutela.apps.notices import rights as notices
    from tutela.apps.receipts import rights as receipts

    parts = ["-- Made by `tutela database roles`; run as the owner of the database, after each upgrade."]
    parts.append("REVOKE CREATE ON SCHEMA public FROM PUBLIC;")
    granted = ((site, receipts.SITE), (provider, notices.PROVIDER), (partner, exchange.PARTNER))
    parts += [_role_sql(role, wanted) for role, wanted in granted]
    return "\n".join(parts)


def _role_sql(role: str, wanted: dict[str, dict[str, tuple[str, ...]]]) -> str:
    name = '"' + role.replace('"', '""') + '"'
    lines = [
        f"DO $$ BEGIN CREATE ROLE {name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name};",
        f"GRANT USAGE ON SCHEMA public TO {name};",
    ]
    for table, rights in wanted.items():
        for right, columns in rights.items():
            scope = f" ({', '.join(columns)})" if columns else ""
            lines.append(f"GRANT {right}{scope} ON {table} TO {name};")
    return "\n".join(lines)
