/** Text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The script of a job. Each command is shown as `$ command` and ends the job when it ends with another code than 0.
 * `eval` keeps a command with broken quotes from swallowing those after it.
 */
export function jobScript(
  commands: readonly string[],
  environment: Readonly<Record<string, string>>,
): string {
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const steps = commands.map(
    (command) => `printf '%s\\n' ${quoted(`$ ${command}`)}\neval ${quoted(command)}`,
  );
  return `${[...exports, "set -e", ...steps].join("\n")}\n`;
}

/**
 * Runs as `sh -c … sh <control> <work> <processes> <uid> <gid> <group>` in a session of its own, so that it outlives
 * who started it. Every process of the job carries the group, which nobody but root can put down.
 * `begun` is claimed by a hard link: either this shell begins the job, or somebody has declared it lost, never both.
 * It ignores SIGTERM (the job does not) so that it can still write down how the job ended.
 */
export const SUPERVISOR = `
control=$1 work=$2 processes=$3 uid=$4 gid=$5 group=$6
trap : TERM INT HUP
cd "$control" || exit 1
if [ -r /proc/$$/stat ]; then
  read -r stat < /proc/$$/stat
  set -- \${stat##*) }
  began=\${20}
else
  began=$(ps -o lstart= -p $$ | awk '{$1=$1};1' | tr ' ' _)
fi
printf '%s %s\\n' "$$" "$began" > "begun.$$"
ln "begun.$$" begun 2>/dev/null || exit 0
rm -f "begun.$$"
ulimit -c 0
ulimit -f 2097152
ulimit -u "$processes" 2>/dev/null || ulimit -p "$processes" 2>/dev/null
if cd "$work"; then
  if [ -n "$uid" ]; then
    set -- setpriv --reuid "$uid" --regid "$gid" --groups "$group" --no-new-privs /bin/sh "$control/job.sh"
  else
    set -- /bin/sh "$control/job.sh"
  fi
  "$@" >> "$control/output.log" 2>&1 < /dev/null
  code=$?
else
  code=126
fi
printf '%s\\n' "$code" > "$control/exit.new" && mv "$control/exit.new" "$control/exit"
`;
