/** What a repository of the demonstration holds besides its sources: a pipeline that really runs, with sh and tar. */
export type SchemaRange = {
  min: number;
  max: number;
  after: number;
  migration: "none" | "expand" | "contract";
};

export function pipelineFile(components: readonly string[], schema: SchemaRange): string {
  const build = components.map((component) => `      - sh scripts/build.sh ${component}`);
  const artifacts = components.map(
    (component) => `      - component: ${component}\n        path: out/${component}.tar`,
  );
  const health = components.map(
    (component) =>
      `  ${component}:\n    health:\n      path: /health\n      attempts: 3\n      intervalSeconds: 1\n      timeoutSeconds: 2`,
  );
  return `# What Clearway runs for every tree, once. Reference: the schema of version 1.
version: 1

jobs:
  build:
    name: Build
    timeout: 5m
    commands:
${build.join("\n")}
    artifacts:
${artifacts.join("\n")}
  unit:
    name: Unit tests
    needs: [build]
    timeout: 5m
    commands:
      - sh scripts/unit.sh
    reports:
      junit: [reports/unit.xml]
  configuration:
    name: Configuration
    timeout: 2m
    matrix:
      environment: [dev, qa, uat, production]
    commands:
      - sh scripts/configuration.sh "$MATRIX_ENVIRONMENT"
    reports:
      junit: ["reports/configuration-*.xml"]
  scan:
    name: Security scan
    needs: [build]
    timeout: 2m
    commands:
      - sh scripts/scan.sh
    # Files that were clean are not read again until they change.
    cache:
      - key: scan
        files: [scripts/scan.sh]
        paths: [.cache/scan]

components:
${health.join("\n")}

# The database schemas that this code works with, and the one that its migrations leave.
${schemaOf(schema)}
`;
}

export function schemaOf({ min, max, after, migration }: SchemaRange): string {
  return `schema:\n  min: ${min}\n  max: ${max}\n  after: ${after}\n  migration: ${migration}`;
}

export const SCRIPTS: Readonly<Record<string, string>> = {
  "scripts/build.sh": `#!/bin/sh
# Packs one component: its sources, configuration and migrations, and what it says of its health.
set -eu
component=$1
out=out/$component
rm -rf "$out"
mkdir -p "$out"
cp -R "src/$component" "$out/src"
cp -R config migrations "$out/"
sh scripts/health.sh > "$out/health.json"
# GNU tar makes the same bytes of the same files; with another tar the digest differs, the content does not.
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \\
  -cf "out/$component.tar" -C "$out" . 2> /dev/null || tar -cf "out/$component.tar" -C "$out" .
echo "packed $component"
`,
  "scripts/health.sh": `#!/bin/sh
# Every environment must set each key of config/required-keys; the service is not healthy where one is missing.
set -eu
fails=
for environment in dev qa uat production; do
  missing=
  while read -r key; do
    case $key in '' | '#'*) continue ;; esac
    found=no
    while read -r line; do
      case $line in "$key="?*) found=yes ;; esac
    done < "config/$environment.env"
    [ "$found" = yes ] || missing="$missing $key"
  done < config/required-keys
  [ -z "$missing" ] ||
    fails="$fails\${fails:+,}\\"$environment\\":\\"config/$environment.env does not set$missing.\\""
done
printf '{"status":"ok","checks":{"configuration":"read"},"failsIn":{%s}}\\n' "$fails"
`,
  "scripts/junit.sh": `# Sourced: writes test results in the form that other tools read.
junit_begin() { # file, suite
  mkdir -p reports
  junit_file=$1
  printf '<?xml version="1.0" encoding="UTF-8"?>\\n<testsuite name="%s">\\n' "$2" > "$junit_file"
}
junit_text() {
  printf '%s' "$1" | sed 's/&/\\&amp;/g; s/</\\&lt;/g; s/>/\\&gt;/g; s/"/\\&quot;/g'
}
junit_case() { # class, name, file, what is wrong or nothing, what a first try said or nothing
  class=$1 name=$2 file=$3 wrong=$4 first=\${5:-}
  case $class$name$file$wrong$first in
    *[\\&\\<\\>\\"]*)
      class=$(junit_text "$class") name=$(junit_text "$name") file=$(junit_text "$file")
      wrong=$(junit_text "$wrong") first=$(junit_text "$first") ;;
  esac
  printf '  <testcase classname="%s" name="%s" file="%s"' "$class" "$name" "$file"
  if [ -n "$wrong" ]; then printf '><failure message="%s"/></testcase>\\n' "$wrong"
  elif [ -n "$first" ]; then printf '><flakyFailure message="%s"/></testcase>\\n' "$first"
  else printf '/>\\n'; fi
}
junit_end() { echo '</testsuite>' >> "$junit_file"; }
`,
  "scripts/unit.sh": `#!/bin/sh
# tests/*.spec: name|file|what the file must say, and |what the first try said where it took two.
set -eu
. scripts/junit.sh
passed=0
failed=0
junit_begin reports/unit.xml unit
for spec in tests/*.spec; do
  echo "$spec"
  suite=\${spec#tests/}
  while IFS='|' read -r name file text first; do
    case $name in '' | '#'*) continue ;; esac
    wrong=
    if grep -qF -- "$text" "$file"; then
      echo "  ok    $name\${first:+ (at the second try: $first)}"
      passed=$((passed + 1))
    else
      wrong="expected $file to say \\"$text\\""
      echo "  FAIL  $name: $wrong"
      failed=$((failed + 1))
    fi
    junit_case "\${suite%.spec}" "$name" "$file" "$wrong" "$first" >> "$junit_file"
  done < "$spec"
done
junit_end
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
`,
  "scripts/configuration.sh": `#!/bin/sh
# Every line of an environment's configuration is a name in capitals and its value, and no name comes twice.
set -eu
. scripts/junit.sh
environment=$1
file=config/$environment.env
failed=0
seen=' '
junit_begin "reports/configuration-$environment.xml" "configuration of $environment"
while IFS= read -r line; do
  name=\${line%%=*}
  wrong=
  case $name in '' | *[!A-Z0-9_]*) wrong="$file: \\"$line\\" is no setting" ;; esac
  case $seen in *" $name "*) wrong="$file sets $name twice" ;; esac
  seen="$seen$name "
  [ -z "$wrong" ] || { echo "  FAIL  $wrong"; failed=1; }
  junit_case "config.$environment" "$name is set once" "config/$environment.env" "$wrong" >> "$junit_file"
done < "config/$environment.env"
junit_end
echo "config/$environment.env was read"
[ "$failed" -eq 0 ]
`,
  "scripts/scan.sh": `#!/bin/sh
# Refuses secrets in sources and configuration. What was clean is remembered by its checksum.
set -eu
mkdir -p .cache/scan
known=0
all=0
for file in $(find src config -type f | sort); do
  all=$((all + 1))
  sum=$(cksum < "$file")
  sum=\${sum%% *}-\${sum##* }
  if [ -e ".cache/scan/$sum" ]; then
    known=$((known + 1))
    continue
  fi
  if grep -nE 'BEGIN (RSA |EC )?PRIVATE KEY|AKIA[0-9A-Z]{16}|(password|secret) *= *"[^"$]' "$file"; then
    echo "these lines of $file look like secrets"
    exit 1
  fi
  : > ".cache/scan/$sum"
done
echo "no secrets found in $all files, $known of them known"
`,
};

/** One configuration file per environment, and the keys that each of them must set. */
export function configurationFiles(
  values: Readonly<Record<string, Readonly<Record<"dev" | "qa" | "uat" | "production", string>>>>,
): Record<string, string> {
  const files: Record<string, string> = {
    "config/required-keys": `${Object.keys(values).join("\n")}\n`,
  };
  for (const environment of ["dev", "qa", "uat", "production"] as const) {
    const lines = Object.entries(values).map(([key, all]) => `${key}=${all[environment]}`);
    files[`config/${environment}.env`] = `${lines.join("\n")}\n`;
  }
  return files;
}

/** The same value in every environment. */
export function everywhere(value: string): Record<"dev" | "qa" | "uat" | "production", string> {
  return { dev: value, qa: value, uat: value, production: value };
}
