#!/usr/bin/env bash
# What `docker run` starts in the stand-in for the public mysql image, with that image's contract:
#
#   MYSQL_ROOT_PASSWORD        required for an empty data directory; root may connect from MYSQL_ROOT_HOST (default %)
#   MYSQL_DATABASE             a schema to create
#   MYSQL_USER MYSQL_PASSWORD  a user to create, who owns that schema when there is one
#   NAME_FILE                  each of these can instead be the path of a file that holds the value
#   /docker-entrypoint-initdb.d/*.sh *.sql   run once, in order, when the data directory is new
#
# Initialisation runs on a temporary server without networking, so "ready for connections" is logged twice.
# Unlike the public image it loads no time zone tables.

set -euo pipefail
shopt -s nullglob

DATA=/var/lib/mysql
SOCKET=/var/run/mysqld/mysqld.sock

note() { printf '%s [Note] [Entrypoint]: %s\n' "$(date --rfc-3339=seconds)" "$*"; }
fail() {
  printf '%s [ERROR] [Entrypoint]: %s\n' "$(date --rfc-3339=seconds)" "$*" >&2
  exit 1
}

# setting NAME [DEFAULT]: gives NAME the value of the file that NAME_FILE names, or the default.
setting() {
  local name=$1 file="${1}_FILE"
  if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then fail "both $name and $file are set"; fi
  if [ -n "${!file:-}" ]; then printf -v "$name" %s "$(<"${!file}")"; fi
  export "$name"="${!name:-${2:-}}"
}

# A value as an SQL string literal.
quoted() {
  local value=${1//\\/\\\\}
  printf "'%s'" "${value//\'/\'\'}"
}

# as_root CLIENT [ARGUMENT...]: on the temporary server. The password is never an argument: those are visible to all.
as_root() { MYSQL_PWD=$ROOT_PASSWORD_NOW "$@" -uroot --socket="$SOCKET"; }

create_users() {
  local root_password
  root_password=$(quoted "$MYSQL_ROOT_PASSWORD")
  {
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $root_password;"
    if [ "$MYSQL_ROOT_HOST" != localhost ]; then
      echo "CREATE USER 'root'@$(quoted "$MYSQL_ROOT_HOST") IDENTIFIED BY $root_password;"
      echo "GRANT ALL ON *.* TO 'root'@$(quoted "$MYSQL_ROOT_HOST") WITH GRANT OPTION;"
    fi
    if [ -n "$MYSQL_DATABASE" ]; then echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"; fi
    if [ -n "$MYSQL_USER" ] && [ -n "$MYSQL_PASSWORD" ]; then
      echo "CREATE USER $(quoted "$MYSQL_USER")@'%' IDENTIFIED BY $(quoted "$MYSQL_PASSWORD");"
      if [ -n "$MYSQL_DATABASE" ]; then
        # An underscore in the name of a granted schema is a wildcard unless it is escaped.
        echo "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO $(quoted "$MYSQL_USER")@'%';"
      fi
    fi
  } | as_root mysql
  ROOT_PASSWORD_NOW=$MYSQL_ROOT_PASSWORD
}

run_init_files() {
  local file database=()
  if [ -n "$MYSQL_DATABASE" ]; then database=(--database="$MYSQL_DATABASE"); fi
  for file in /docker-entrypoint-initdb.d/*; do
    note "running $file"
    case $file in
      *.sql) as_root mysql "${database[@]}" <"$file" ;;
      *.sh)
        # shellcheck disable=SC1090 # a script that is not executable is sourced, as the public image does
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
        ;;
      *) note "ignoring $file" ;;
    esac
  done
}

initialise() {
  [ -n "$MYSQL_ROOT_PASSWORD" ] || fail "the data directory is empty and MYSQL_ROOT_PASSWORD is not set"
  [ "$MYSQL_USER" != root ] || fail "MYSQL_USER must not be root: MYSQL_ROOT_PASSWORD is for that user"
  note "Initializing database files"
  "$@" --initialize-insecure
  note "Starting temporary server"
  "$@" --daemonize --skip-networking --socket="$SOCKET"
  ROOT_PASSWORD_NOW=''
  create_users
  run_init_files
  note "Stopping temporary server"
  as_root mysqladmin shutdown
  note "MySQL init process done. Ready for start up."
}

if [ "${1:0:1}" = - ]; then set -- mysqld "$@"; fi
if [ "$1" = mysqld ]; then
  if [ "$(id -u)" -eq 0 ]; then
    find "$DATA" "$(dirname "$SOCKET")" \! -user mysql -exec chown --no-dereference mysql '{}' +
    exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
  fi
  setting MYSQL_ROOT_HOST %
  for name in MYSQL_ROOT_PASSWORD MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD; do setting "$name"; done
  if [ ! -d "$DATA/mysql" ]; then initialise "$@"; fi
fi
exec "$@"
