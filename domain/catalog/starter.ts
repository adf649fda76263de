import { PIPELINE_FILE } from "@/domain/pipelines/definition";
import type { NewComponent } from "./input";

/** What a new repository begins with: a pipeline that passes as it is, so that the first push is built. */
export function starterFiles(
  repository: { key: string; name: string },
  component: NewComponent | null,
): Record<string, string> {
  return {
    "README.md": readme(repository.name, component),
    [PIPELINE_FILE]: component ? pipelineOf(component.key) : EMPTY_PIPELINE,
  };
}

function readme(name: string, component: NewComponent | null): string {
  const built = component
    ? `Every tree of a sprint branch is built once, into the artifact of \`${component.key}\`, and that artifact goes from environment to environment.`
    : "It builds nothing yet: declare a component's artifact in the pipeline file.";
  return `# ${name.replace(/[\\`*_{}[\]<>()#+!|]/g, "\\$&")}

Delivered with Clearway. ${built}

- \`${PIPELINE_FILE}\` says what is run for every tree.
- Work on \`feature/<sprint>/<KEY-1>-<short-name>\`, cut from the sprint branch, and open a pull request into it.
- \`master\` and \`sprint/*\` move by promotions only.
`;
}

/** A common tar is taken: the digest says what was built, wherever it is installed. */
function pipelineOf(key: string): string {
  return `# What Clearway runs for every tree, once. Its schema: /schemas/pipeline.json
version: 1

jobs:
  build:
    name: Build
    timeout: 5m
    commands:
      - mkdir -p out
      - cp README.md out/
      # What the environments ask for after a deployment.
      - printf '{"status":"ok"}\\n' > out/health.json
      - tar -cf ${key}.tar -C out .
    artifacts:
      - component: ${key}
        path: ${key}.tar

components:
  ${key}:
    health:
      path: /health
      attempts: 3
      intervalSeconds: 1

# The database schemas that this code works with, and the one that its migrations leave.
schema:
  min: 0
  max: 0
  after: 0
  migration: none
`;
}

const EMPTY_PIPELINE = `# What Clearway runs for every tree, once. Its schema: /schemas/pipeline.json
version: 1

jobs:
  build:
    name: Build
    timeout: 5m
    commands:
      - echo "Nothing is built yet."
    # artifacts:
    #   - component: the key of a component of this repository
    #     path: the file that the commands make

schema:
  min: 0
  max: 0
  after: 0
  migration: none
`;
