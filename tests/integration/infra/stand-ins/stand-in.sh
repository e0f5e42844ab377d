#!/bin/sh
# What a task definition's command does here. `/service/broken` makes migrations fail, `/service/slow` makes them last.
case "$*" in
  *migrate*)
    echo "$DATABASE_MIGRATION_USER brings $DATABASE_NAME at $DATABASE_HOST up to date"
    if [ -e /service/slow ]; then sleep 3; fi
    if [ -e /service/broken ]; then
      echo "Table 'student' already exists" >&2
      exit 1
    fi
    ;;
  *)
    echo "serving"
    trap 'exit 0' TERM
    sleep 86400 &
    wait
    ;;
esac
