#!/usr/bin/env bash
# Usage: scripts/checkov.sh [--help]
#
# Looks at the security posture of the templates as infra/.checkov.yaml says. checkov has an environment of its own,
# .venv/checkov, made from requirements-checkov.txt: it pins packages to versions that the rest has left behind.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

LOCK=requirements-checkov.txt
HOME_OF_IT=.venv/checkov

[ -x .venv/bin/uv ] || fail "uv is not there yet. Run: scripts/venv.sh"
if ! cmp -s "$LOCK" "$HOME_OF_IT/made-from"; then
  say "making $HOME_OF_IT, because its packages changed or it is not there"
  .venv/bin/uv venv -q --clear --python .venv/bin/python "$HOME_OF_IT"
  quietly /tmp/checkov-install.log \
    .venv/bin/uv pip install -q --python "$HOME_OF_IT" --require-hashes -r "$LOCK"
  cp "$LOCK" "$HOME_OF_IT/made-from"
fi
quietly /tmp/checkov.log "$HOME_OF_IT/bin/checkov" --config-file infra/.checkov.yaml
say "$(grep 'Passed checks' /tmp/checkov.log)"
