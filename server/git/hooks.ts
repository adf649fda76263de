import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { invalidArgument } from "@/server/git/error";
import { assertDirectory } from "@/server/git/profile";
import { SPOOL } from "@/server/git/push-spool";

const MAX_REFS_PER_PUSH = 500;

/**
 * Installs the hooks of a pushed-to repository. pre-receive refuses what people may not push and says what to
 * do instead; post-receive says where to open a pull request and leaves a note of the push for readPushSpool. Patterns are globs over branch names.
 */
export async function installHooks(directory: string, protectedPatterns: readonly string[]): Promise<void> {
  assertDirectory(directory);
  const hooks = path.join(directory, "hooks");
  await mkdir(hooks, { recursive: true });
  await mkdir(path.join(directory, SPOOL), { recursive: true });
  await writeHook(path.join(hooks, "pre-receive"), preReceive(protectedPatterns));
  await writeHook(path.join(hooks, "post-receive"), POST_RECEIVE);
}

/** By rename: a push that runs meanwhile has the old hook or the new one, never half a file. */
async function writeHook(file: string, script: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  await writeFile(temporary, script, { mode: 0o755 });
  await rename(temporary, file);
}

/**
 * The same rule as isAcceptableRef, in POSIX shell and without starting a process per ref. Letter case is
 * ignored where it protects: on some file systems Master and master are one file.
 */
function preReceive(protectedPatterns: readonly string[]): string {
  const guarded = protectedPatterns.map(anyCase).join(" | ");
  const reserved = ["refs", "heads", "tags", "remotes", "origin", "head"]
    .map(anyCase)
    .flatMap((name) => [name, `${name}/*`])
    .join(" | ");
  const tags = ["rel", "env"]
    .map(anyCase)
    .flatMap((name) => [name, `${name}/*`])
    .join(" | ");
  const lock = anyCase("lock");
  return `#!/bin/sh
# Written by Clearway, which overwrites it.
LC_ALL=C
export LC_ALL
refused=0
refuse() {
  printf 'clearway: %s\\n' "$1" >&2
  refused=1
}
case "\${CLEARWAY_PERSON_ID:-}" in
  '' | *[!A-Za-z0-9_-]*)
    refuse 'pushes are taken at the repository URL that Clearway shows, with an access token'
    exit 1
    ;;
esac
count=0
while read -r old new ref; do
  count=$((count + 1))
  if [ "$count" -gt ${MAX_REFS_PER_PUSH} ]; then
    refuse 'at most ${MAX_REFS_PER_PUSH} branches and tags are taken in one push: push fewer at once'
    break
  fi
  case "$ref" in
    refs/heads/*) name=\${ref#refs/heads/} ;;
    refs/tags/*) name=\${ref#refs/tags/} ;;
    refs/clearway/*)
      refuse 'refs/clearway/ belongs to Clearway: push a branch instead'
      continue
      ;;
    *)
      refuse 'only branches (refs/heads/) and tags (refs/tags/) are taken'
      continue
      ;;
  esac
  acceptable=yes
  case "$name" in
    '' | *[!A-Za-z0-9._+/-]* | /* | */ | *//* | *..* | .* | */.* | -* | */-* | +* | */+* | *. | *./*) acceptable=no ;;
    *.${lock} | *.${lock}/*) acceptable=no ;;
    ${reserved}) acceptable=no ;;
    ${"[0-9a-fA-F]".repeat(40)}) acceptable=no ;;
  esac
  [ "\${#ref}" -le 244 ] || acceptable=no
  if [ "$acceptable" = no ]; then
    shown=$(printf '%.80s' "$name" | tr -c 'A-Za-z0-9._+/-' '?')
    refuse "the name $shown cannot be used: take letters, digits and . _ + - in parts divided by /, such as feature/2026.21/PAY-412-retry"
    continue
  fi
  case "$ref" in
    refs/tags/*)
      case "$name" in
        ${tags}) refuse "the tag $name is one that only Clearway writes: choose a name outside rel/ and env/" ;;
      esac
      ;;
    *)
      ${guarded === "" ? ":" : `case "$name" in\n        ${guarded}) refuse "$name is protected: open a pull request in Clearway instead" ;;\n      esac`}
      ;;
  esac
done
exit "$refused"
`;
}

const POST_RECEIVE = `#!/bin/sh
# Written by Clearway, which overwrites it.
id=\${CLEARWAY_PUSH_ID:-}
case "$id" in
  '' | *[!A-Za-z0-9-]*) id="$(date +%s)-direct-$$" ;;
esac
note="${SPOOL}/.$id.new"
{
  printf 'person %s\\n' "$CLEARWAY_PERSON_ID"
  cat
} >"$note" || {
  rm -f "$note"
  printf 'clearway: the push was taken, but not noted down as yours: the disk is full\\n' >&2
  exit 1
}

# The names have passed pre-receive: letters, digits and . _ + - /
encoded() {
  printf '%s' "$1" | sed 's/+/%2B/g; s,/,%2F,g'
}
if [ -n "\${CLEARWAY_PULL_REQUEST_URL:-}" ]; then
  shown=0
  while read -r old new ref; do
    case "$old$ref" in
      ${"0".repeat(40)}refs/heads/feature/*/*)
        name=\${ref#refs/heads/}
        rest=\${name#feature/}
        target=sprint/\${rest%%/*}
        ;;
      ${"0".repeat(40)}refs/heads/hotfix-work/*/*)
        name=\${ref#refs/heads/}
        rest=\${name#hotfix-work/}
        target=hotfix/\${rest%%/*}
        ;;
      *) continue ;;
    esac
    shown=$((shown + 1))
    [ "$shown" -le 5 ] || break
    printf 'Open a pull request: %s&source=%s&target=%s\\n' "$CLEARWAY_PULL_REQUEST_URL" "$(encoded "$name")" "$(encoded "$target")" >&2
  done <"$note"
fi
mv "$note" "${SPOOL}/$id"
`;

/** `master` as `[mM][aA]…`. Anything that could be more than a glob over names is refused. */
function anyCase(pattern: string): string {
  if (!/^[A-Za-z0-9*][A-Za-z0-9._+/*-]*$/.test(pattern)) {
    throw invalidArgument(`"${pattern}" is not a pattern of branch names.`);
  }
  return pattern.replace(/[A-Za-z]/g, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}
