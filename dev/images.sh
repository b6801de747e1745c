#!/usr/bin/env bash
# Decides whether programs use the public images, or equivalents that are built here: .polypod/images.json says which
# local image stands in for which public one ({} for none). POLYPOD_STAND_INS=yes or no decides; where it is not set,
# stand-ins are used where Docker Hub does not answer.
source "$(dirname "$0")/lib.sh"

images_json=$local_dir/images.json
registry=https://registry-1.docker.io/v2/

registry_answers() {
  need curl curl ca-certificates
  local status
  status=$(curl -s -o /dev/null -w '%{http_code}' --connect-timeout 3 --max-time 5 "$registry") || return
  [[ $status == 200 || $status == 401 ]]
}

# What stands in here already goes on standing in: no need to ask the registry again.
stood_in() { [[ -f $images_json && $(<"$images_json") != '{}' ]]; }

wanted() {
  case ${POLYPOD_STAND_INS:-} in
    yes) return ;;
    no) return 1 ;;
    '') stood_in || ! registry_answers ;;
    *) die "POLYPOD_STAND_INS is 'yes' or 'no', not '$POLYPOD_STAND_INS'" ;;
  esac
}

one_at_a_time
if wanted; then
  say "Images: stand-ins built from Debian's packages (POLYPOD_STAND_INS=no: the public ones)"
  "$bare_machine/images.sh" >"$images_json.new" 9>&-
  mv "$images_json.new" "$images_json"
else
  say "Images: the public ones"
  echo '{}' >"$images_json"
fi
