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
  scan:
    name: Security scan
    needs: [build]
    timeout: 2m
    commands:
      - sh scripts/scan.sh

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
  "scripts/unit.sh": `#!/bin/sh
# tests/*.spec: name|file|what the file must say.
set -eu
passed=0
failed=0
for spec in tests/*.spec; do
  echo "$spec"
  while IFS='|' read -r name file text; do
    case $name in '' | '#'*) continue ;; esac
    if grep -qF -- "$text" "$file"; then
      echo "  ok    $name"
      passed=$((passed + 1))
    else
      echo "  FAIL  $name: expected $file to say \\"$text\\""
      failed=$((failed + 1))
    fi
  done < "$spec"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
`,
  "scripts/scan.sh": `#!/bin/sh
# Refuses secrets in sources and configuration.
set -eu
if grep -RnE 'BEGIN (RSA |EC )?PRIVATE KEY|AKIA[0-9A-Z]{16}|(password|secret) *= *"[^"$]' src config; then
  echo "these lines look like secrets"
  exit 1
fi
echo "no secrets found in $(find src config -type f | wc -l | tr -d ' ') files"
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
