#!/bin/sh
# Checks one deletion receipt with openssl (3.0 or newer) and coreutils alone, so that nobody has to trust
# our software: sh verify-receipt.sh FOLDER [VKEY]
#
# FOLDER holds receipt.json, receipt.tlog-proof and policy. VKEY is the organisation's public log key, from
# another source than the receipt; without it the key in `policy` is used, which proves nothing about origin.
#
# Exit status: 0 valid; 2 intact, origin not verified (no VKEY); 1 invalid; 64 wrong use or a missing program.
# Checked: the leaf hash of receipt.json, the inclusion path to the root (RFC 6962), the root in the
# checkpoint, the Ed25519 signature of the log (C2SP signed-note). Not checked: cosignatures of witnesses, and
# whether receipt.json is canonical JSON (its exact bytes are what is signed).

set -u
export LC_ALL=C
MAGIC='c2sp.org/tlog-proof@v1'
DASH='—'

invalid() { printf 'invalid: %s\n' "$1"; exit 1; }
wrong_use() { printf '%s\n' "$1" >&2; exit 64; }

size_of() { wc -c <"$1" | tr -d ' '; }
sha256() { openssl dgst -sha256 -binary; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

# decode BASE64 FILE: only the one canonical spelling of the bytes is accepted, which re-encoding shows.
decode() {
    printf '%s' "$1" | base64 -d >"$2" 2>/dev/null
    [ -n "$1" ] && [ "$(base64 -w0 <"$2")" = "$1" ] || invalid 'base64 is not canonical'
}

# number DIGITS: decimal without leading zeros, small enough for this shell's arithmetic.
number() {
    case $1 in '' | *[!0-9]* | 0?*) invalid 'a number is malformed' ;; esac
    [ "${#1}" -le 18 ] || invalid 'a number is too large for this script'
}

# node LEFT RIGHT OUT: the RFC 6962 hash of an inner node, from files to a file.
node() {
    { printf '\001'; cat "$1" "$2"; } | sha256 >"$work/node"
    mv "$work/node" "$3"
}

for program in openssl base64 od mktemp; do
    command -v "$program" >/dev/null || wrong_use "this needs the program $program"
done
case $# in 1 | 2) ;; *) wrong_use "use: sh verify-receipt.sh FOLDER [VKEY]" ;; esac
folder=$1
pinned=${2-}
work=$(mktemp -d) || wrong_use 'no temporary folder'
trap 'rm -rf "$work"' EXIT

for name in receipt.json receipt.tlog-proof policy; do
    [ -f "$folder/$name" ] || invalid "$name is missing"
    [ -r "$folder/$name" ] || invalid "$name cannot be read"
    [ "$(size_of "$folder/$name")" -le 1048576 ] || invalid "$name is larger than 1 MiB"
done
proof=$folder/receipt.tlog-proof

# --- The proof file: three parts between two empty lines, and not one byte besides.
[ "$(tr -d '\000-\011\013-\037' <"$proof" | wc -c)" -eq "$(size_of "$proof")" ] ||
    invalid 'the proof holds control characters'
set -- head text signatures
for part in "$@"; do : >"$work/$part"; done
while IFS= read -r line; do
    if [ -n "$line" ]; then
        printf '%s\n' "$line" >>"$work/$1"
    else
        [ $# -gt 1 ] || invalid 'the proof has an empty line too many'
        shift
    fi
done <"$proof"
rebuilt=$({ cat "$work/head"; echo; cat "$work/text"; echo; cat "$work/signatures"; } | sha256 | hex)
[ "$rebuilt" = "$(sha256 <"$proof" | hex)" ] || invalid 'the proof is cut off or has empty lines out of place'

# --- The checkpoint: origin, size, root.
{ IFS= read -r origin && IFS= read -r size && IFS= read -r root; } <"$work/text" ||
    invalid 'the checkpoint has fewer than three lines'
number "$size"
decode "$root" "$work/root"
[ "$(size_of "$work/root")" -eq 32 ] || invalid 'the root is not a SHA-256 hash'

# --- From the leaf to the root (the algorithm of RFC 9162 section 2.1.3.2).
climb() {
    [ "$last" -gt 0 ] || invalid 'the inclusion path is too long'
    if [ $((place & 1)) -eq 1 ] || [ "$place" -eq "$last" ]; then
        node "$work/hash" "$work/current" "$work/current"
        while [ $((place & 1)) -eq 0 ] && [ "$place" -gt 0 ]; do
            place=$((place >> 1)) last=$((last >> 1))
        done
    else
        node "$work/current" "$work/hash" "$work/current"
    fi
    place=$((place >> 1)) last=$((last >> 1))
}
{ printf '\000'; cat "$folder/receipt.json"; } | sha256 >"$work/current"
{
    IFS= read -r line && [ "$line" = "$MAGIC" ] || invalid "the proof does not begin with $MAGIC"
    IFS= read -r line || line=
    case $line in
    'extra '*)
        decode "${line#extra }" "$work/extra"
        IFS= read -r line || line=
        ;;
    esac
    case $line in 'index '*) index=${line#index } ;; *) invalid 'the line with the index is missing' ;; esac
    number "$index"
    [ "$index" -lt "$size" ] || invalid "index $index is not in a log of $size leaves"
    place=$index last=$((size - 1))
    while IFS= read -r line; do
        decode "$line" "$work/hash"
        [ "$(size_of "$work/hash")" -eq 32 ] || invalid 'a line of the inclusion path is not a SHA-256 hash'
        climb
    done
} <"$work/head"
[ "$last" -eq 0 ] || invalid 'the inclusion path is too short'
[ "$(hex <"$work/current")" = "$(hex <"$work/root")" ] ||
    invalid 'receipt.json is not the leaf that the proof is about, or the proof is false'

# --- The key: the reader's own, or the one in the policy.
vkey=$pinned witnesses=
while read -r word value _ || [ -n "$word" ]; do
    case $word in
    log) [ -z "$vkey" ] && [ "${value%%+*}" = "$origin" ] && vkey=$value ;;
    quorum) [ "$value" = none ] || witnesses=' (the witnesses that the policy asks for were not checked)' ;;
    esac
done <"$folder/policy"
[ -n "$vkey" ] || invalid 'the policy has no key for the log of this checkpoint'
[ "${vkey%%+*}" = "$origin" ] || invalid 'the key is of another log than the checkpoint'
id=${vkey#*+}
decode "${id#*+}" "$work/material"
id=${id%%+*}
[ "$(size_of "$work/material")" -eq 33 ] && [ "$(head -c 1 "$work/material" | hex)" = 01 ] ||
    invalid 'the key is not an Ed25519 log key'
fingerprint=$({ printf '%s\n' "$origin"; cat "$work/material"; } | sha256 | hex)
case $fingerprint in "$id"*) ;; *) invalid 'the key id does not belong to the key' ;; esac
[ "${#id}" -eq 8 ] || invalid 'the key id does not belong to the key'
# openssl reads a key as SubjectPublicKeyInfo: these twelve bytes of DER say "Ed25519" (RFC 8410).
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; tail -c 32 "$work/material"; } >"$work/key.der"

# --- The signature. Lines by other keys are ignored, but must be well-formed.
signed=no
while IFS= read -r line; do
    case $line in "$DASH "*' '*) ;; *) invalid 'a signature line is malformed' ;; esac
    line=${line#"$DASH "}
    decode "${line#* }" "$work/signature"
    [ "$(size_of "$work/signature")" -gt 4 ] || invalid 'a signature is too short'
    [ "${line%% *}" = "$origin" ] && [ "$(head -c 4 "$work/signature" | hex)" = "$id" ] || continue
    tail -c +5 "$work/signature" >"$work/ed25519"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin \
        -in "$work/text" -sigfile "$work/ed25519" >/dev/null 2>&1 || invalid 'the signature of the log is false'
    signed=yes
done <"$work/signatures"
[ "$signed" = yes ] || invalid 'the checkpoint is not signed by the key'

# A name from the file under suspicion must not steer the terminal.
place="leaf $index of $size in the log $(printf '%s' "$origin" | tr '\200-\377' '?')"
if [ -n "$pinned" ]; then
    printf 'valid: %s, signed by the key you gave%s\n' "$place" "$witnesses"
    exit 0
fi
printf 'intact, origin not verified: %s; fingerprint of its key: %s%s\n' "$place" "$fingerprint" "$witnesses"
exit 2
