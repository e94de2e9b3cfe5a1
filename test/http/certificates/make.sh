#!/bin/sh
# Makes the certificates of this directory anew. They are for tests alone and valid for a hundred years.
set -eu
cd "$(dirname "$0")"

key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
self_signed() { key "$1" && openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days 36500 -out "$1.pem"; }
# signed NAME COMMON_NAME EXTENSION
signed() {
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$2" -addext "$3" |
    openssl x509 -req -CA authority.pem -CAkey authority.key -days 36500 -copy_extensions copy -out "$1.pem"
}

self_signed authority 'test authority'
signed server 'server' 'subjectAltName=DNS:localhost,IP:127.0.0.1'
signed renewed 'renewed' 'subjectAltName=DNS:localhost,IP:127.0.0.1'
signed client 'ci' 'extendedKeyUsage=clientAuth'
self_signed stranger 'stranger'
rm authority.key
