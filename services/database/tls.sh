#!/bin/sh
# Makes the certificates of the local database, once: /tls/authority/ca.pem for whoever connects, and
# /tls/server/{cert,key}.pem for MySQL alone. The authority's own key is thrown away: it signs this one certificate.
# What is there and valid for another month is kept.

set -eu

CONFIG=/tls.cnf
AUTHORITY=/tls/authority/ca.pem
CERTIFICATE=/tls/server/cert.pem
KEY=/tls/server/key.pem
MYSQL_UID=999 # of the user mysql in the image
MONTH_SECONDS=2592000

if [ -e "$KEY" ] && openssl verify -CAfile "$AUTHORITY" "$CERTIFICATE" >/dev/null 2>&1 \
  && openssl x509 -in "$CERTIFICATE" -noout -checkend "$MONTH_SECONDS" >/dev/null; then
  echo "The certificates are there and valid."
  exit 0
fi

umask 077
work=$(mktemp -d)
# request OPTION...: a new key and a certificate for it, for ten years.
request() { openssl req -x509 -config "$CONFIG" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 "$@"; }
request -extensions authority -subj '/CN=Authority of the local database' -keyout "$work/ca.key" -out "$work/ca.pem"
request -extensions server -subj /CN=mysql -CA "$work/ca.pem" -CAkey "$work/ca.key" \
  -keyout "$work/key.pem" -out "$work/cert.pem"

cp "$work/key.pem" "$KEY.new"
chown "$MYSQL_UID:$MYSQL_UID" "$KEY.new"
mv "$KEY.new" "$KEY"
install -m 0644 "$work/cert.pem" "$CERTIFICATE"
install -m 0644 "$work/ca.pem" "$AUTHORITY"
rm -rf "$work"
echo "Made new certificates for the local database."
