#!/bin/sh
# Run once, by PostgreSQL's image, when the volume is new: the application's own role. It owns the database and may make
# the role of matching, and is no superuser: it cannot pass by what the database refuses it, such as rewriting the ledger.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set password="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE throughline LOGIN CREATEROLE NOSUPERUSER PASSWORD :'password';
CREATE DATABASE throughline OWNER throughline;
SQL
