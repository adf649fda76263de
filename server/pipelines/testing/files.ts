/** A right file with some of everything. */
export const GOOD = `# built and tested once
version: 1
jobs:
  test:
    name: Unit tests
    commands:
      - make test
  build:
    needs: [test]
    timeout: 5m
    environment:
      MODE: "release"
    commands:
      - make
      - |
        tar -cf out/api.tar -C build .
        ls -l out
    artifacts:
      - component: api
        path: out/api.tar
components:
  api:
    health: { path: /health, attempts: 5, timeoutSeconds: 0.5 }
schema:
  min: 3
  max: 5
  after: 4
  migration: expand
`;

/** The smallest right file, with further lines of its job. */
export const job = (...lines: string[]) =>
  ["version: 1", "jobs:", "  a:", "    commands: [make]", ...lines.map((line) => `    ${line}`)].join("\n");
const after = (...lines: string[]) => [job(), ...lines].join("\n");
const nested = (depth: number) => `version: 1\njobs:\n  a: ${"[".repeat(depth)}${"]".repeat(depth)}\n`;

/** What is wrong, the file, and the line and words that say so. */
type Wrong = readonly [guarantee: string, text: string, line: number, message: string];

export const WRONG: readonly Wrong[] = [
  ["reports as a list", job("reports: [a.xml]"), 5, "The reports must be a mapping with the keys junit."],
  ["an unknown kind of report", job("reports: { nunit: [a.xml] }"), 5, '"nunit" is not a key of the reports'],
  ["a report that is no list", job("reports: { junit: a.xml }"), 5, '"junit" must be a list of paths.'],
  ["a report outside", job("reports:", "  junit:", "    - ../a.xml"), 7, "leads outside the job's directory"],
  ["an absolute report", job("reports: { junit: [/etc/passwd] }"), 5, "must be relative"],
  ["two stars within a name", job("reports: { junit: [out/**.xml] }"), 5, "must stand between slashes"],
  [
    "eleven paths of reports",
    job(`reports: { junit: [${Array.from({ length: 11 }, (_, i) => `r${i}.xml`).join(", ")}] }`),
    5,
    "at most 10 paths of JUnit files",
  ],
  [
    "a matrix as a list",
    job("matrix: [18, 20]"),
    5,
    '"matrix" must be a mapping of names to lists of values.',
  ],
  ["a matrix of nothing", job("matrix: {}"), 5, "A matrix needs at least one name with its values."],
  ["a matrix without values", job("matrix: { node: [] }"), 5, "A matrix needs at least one value"],
  [
    "a number in a matrix",
    job("matrix: { node: [18] }"),
    5,
    "A value of a matrix must be text; put it in quotes",
  ],
  ["a slash in a matrix", job('matrix: { node: ["1/8"] }'), 5, "A value of a matrix has at most 40 letters"],
  [
    "an option in a matrix",
    job('matrix: { node: ["--help"] }'),
    5,
    "A value of a matrix has at most 40 letters",
  ],
  ["a value twice", job('matrix: { node: ["18", "18"] }'), 5, "A matrix names each value once."],
  ["a capital name in a matrix", job('matrix: { Node: ["18"] }'), 5, '"Node" is not a name of a matrix'],
  [
    "too many names in a matrix",
    job('matrix: { a: ["1"], b: ["1"], c: ["1"], d: ["1"], e: ["1"], f: ["1"] }'),
    5,
    "A matrix can have at most 5 names.",
  ],
  [
    "a matrix of more than fifty jobs",
    job(
      `matrix: { a: [${Array.from({ length: 8 }, (_, i) => `"${i}"`).join(", ")}], b: ["1", "2", "3", "4", "5", "6", "7"] }`,
    ),
    5,
    "With its matrices the pipeline has 56 jobs or more; it can have at most 50.",
  ],
  [
    "an artifact of a matrix",
    `${job('matrix: { a: ["1"] }', "artifacts: [{ component: api, path: a }]")}\ncomponents:\n  api: {}\n`,
    6,
    "has a matrix, so it cannot keep artifacts",
  ],
  ["a cache that is no list", job("cache: { key: a, paths: [b] }"), 5, '"cache" must be a list of mappings'],
  ["a cache without a key", job("cache: [{ paths: [b] }]"), 5, '"key" is missing.'],
  ["a cache without paths", job("cache: [{ key: a, paths: [] }]"), 5, "A cache needs at least one path."],
  [
    "a key that is an option",
    job("cache: [{ key: --help, paths: [b] }]"),
    5,
    "The key of a cache has at most",
  ],
  ["a cache outside", job("cache: [{ key: a, paths: [b/../../c] }]"), 5, "leads outside the job's directory"],
  ["a cached .git", job("cache: [{ key: a, paths: [.git] }]"), 5, 'The path ".git" cannot be cached.'],
  [
    "a key of a cache twice",
    job("cache: [{ key: a, paths: [b] }, { key: a, paths: [c] }]"),
    5,
    'has two caches with the key "a"',
  ],
  [
    "a variable of the matrix",
    job("environment: { MATRIX_NODE: x }"),
    5,
    "CLEARWAY_ and MATRIX_ names are set",
  ],
  ["an empty file", "", 1, "The file is empty."],
  ["only a comment", "# later\n", 1, "The file is empty."],
  ["a list at the top", "- version: 1\n", 1, "The file must be a mapping that begins with version: 1."],
  ["plain text", "hello", 1, "The file must be a mapping that begins with version: 1."],
  ["no version", "jobs:\n  a:\n    commands: [make]\n", 1, '"version" is missing.'],
  ["another version", "version: 2\njobs:\n  a:\n    commands: [make]\n", 1, "version must be 1."],
  ["a version in quotes", 'version: "1"\njobs:\n  a:\n    commands: [make]\n', 1, "version must be 1."],
  ["no jobs", "version: 1\n", 1, '"jobs" is missing.'],
  ["jobs left empty", "version: 1\njobs:\n", 2, '"jobs" must be a mapping of job keys to jobs.'],
  ["jobs as a list", "version: 1\njobs:\n  - a\n", 3, '"jobs" must be a mapping of job keys to jobs.'],
  ["no job at all", "version: 1\njobs: {}\n", 2, "A pipeline needs at least one job."],
  [
    "more than fifty jobs",
    `version: 1\njobs:\n${Array.from({ length: 51 }, (_, i) => `  j${i}: { commands: [make] }`).join("\n")}\n`,
    3,
    "A pipeline can have at most 50 jobs.",
  ],
  [
    "an unknown key at the top",
    after("stages: [a]"),
    5,
    '"stages" is not a key of the pipeline file; its keys are: version, jobs, components, schema.',
  ],
  [
    "an unknown key of a job",
    job("script: make"),
    5,
    '"script" is not a key of a job; its keys are: name, needs, commands, timeout, artifacts, reports, cache, matrix, environment.',
  ],
  ["a job that is text", "version: 1\njobs:\n  a: make\n", 3, "A job must be a mapping with the keys"],
  ["a job that is nothing", "version: 1\njobs:\n  a:\n", 3, "A job must be a mapping with the keys"],
  [
    "a job key with capitals",
    "version: 1\njobs:\n  Build:\n    commands: [make]\n",
    3,
    '"Build" is not a usable key',
  ],
  [
    "a job key with markup",
    'version: 1\njobs:\n  "<b>":\n    commands: [make]\n',
    3,
    '"<b>" is not a usable key',
  ],
  [
    "a job key too long",
    `version: 1\njobs:\n  ${"a".repeat(41)}: { commands: [m] }\n`,
    3,
    "at most 40 characters",
  ],
  ["a key that is a number", "version: 1\njobs:\n  1: { commands: [make] }\n", 3, "A key must be plain text"],
  [
    "a key that is a list",
    "version: 1\njobs:\n  ? [a]\n  : { commands: [make] }\n",
    3,
    "A key must be plain text",
  ],
  [
    "__proto__ as a key",
    "version: 1\njobs:\n  __proto__: { commands: [make] }\n",
    3,
    '"__proto__" cannot be a key',
  ],
  [
    "a job twice",
    after("  a:", "    commands: [ls]").replace("\n  a:\n    commands: [ls]", "\n  a: { commands: [ls] }"),
    5,
    'The key "a" appears twice.',
  ],
  ["no commands", "version: 1\njobs:\n  a:\n    name: A\n", 3, '"commands" is missing.'],
  [
    "commands as text",
    "version: 1\njobs:\n  a:\n    commands: make\n",
    4,
    '"commands" must be a list of commands.',
  ],
  [
    "an empty list of commands",
    "version: 1\njobs:\n  a:\n    commands: []\n",
    4,
    "A job needs at least one command.",
  ],
  [
    "a command that is a boolean",
    "version: 1\njobs:\n  a:\n    commands:\n      - true\n",
    5,
    "A command must be text",
  ],
  [
    "a command that is a mapping",
    "version: 1\njobs:\n  a:\n    commands:\n      - run: x\n",
    5,
    "A command must be text",
  ],
  ["a blank command", 'version: 1\njobs:\n  a:\n    commands: ["  "]\n', 4, "A command must not be empty."],
  ["a name that is empty", job('name: ""'), 5, "The name of a job must not be empty."],
  [
    "a name too long",
    job(`name: ${"n".repeat(81)}`),
    5,
    "The name of a job must have at most 80 characters.",
  ],
  ["needs as text", job("needs: b"), 5, '"needs" must be a list of job keys.'],
  [
    "a need of an unknown job",
    job("needs: [b]"),
    5,
    'The job "a" needs "b", which is not a job of this file.',
  ],
  ["a need called constructor", job("needs: [constructor]"), 5, "which is not a job of this file."],
  [
    "a need named twice",
    `${job("needs: [b, b]")}\n  b: { commands: [make] }`,
    5,
    'The job "a" names "b" twice in its needs.',
  ],
  [
    "a job that needs itself",
    job("needs: [a]"),
    5,
    "These jobs wait for each other and could never start: a needs a.",
  ],
  [
    "a cycle of three",
    `${job("needs: [b]")}\n  b:\n    commands: [make]\n    needs: [c]\n  c: { commands: [make], needs: [a] }`,
    5,
    "These jobs wait for each other and could never start: a needs b needs c needs a.",
  ],
  [
    "a duration of minutes spelled out",
    job("timeout: 5 minutes"),
    5,
    'A timeout is written like "90s" or "5m".',
  ],
  ["a duration of zero", job("timeout: 0s"), 5, 'A timeout is written like "90s" or "5m".'],
  ["a duration as a number", job("timeout: 90"), 5, 'A timeout must be text like "90s" or "5m".'],
  ["a duration over two hours", job("timeout: 121m"), 5, 'A timeout can be at most "120m" (two hours).'],
  [
    "an artifact of an undeclared component",
    job("artifacts:", "  - component: web", "    path: web.tar"),
    6,
    'The artifact belongs to "web", which is not declared under components.',
  ],
  [
    "two artifacts for one component",
    `${job("artifacts:", "  - { component: web, path: a.tar }", "  - { component: web, path: b.tar }")}\ncomponents:\n  web: {}`,
    7,
    'The component "web" has an artifact of the job "a" already; it can have one.',
  ],
  [
    "an artifact without a path",
    `${job("artifacts:", "  - component: web")}\ncomponents:\n  web: {}`,
    6,
    '"path" is missing.',
  ],
  [
    "an absolute path",
    job("artifacts: [{ component: web, path: /etc/passwd }]"),
    5,
    "must be relative to the job's",
  ],
  [
    "a path to a home",
    job("artifacts: [{ component: web, path: ~/x }]"),
    5,
    "must be relative to the job's directory.",
  ],
  [
    "a path that climbs out",
    job("artifacts: [{ component: web, path: a/../../x }]"),
    5,
    "leads outside the job's",
  ],
  ["a path of a folder", job("artifacts: [{ component: web, path: out/ }]"), 5, "must name one file"],
  [
    "a path with backslashes",
    job("artifacts: [{ component: web, path: 'a\\b' }]"),
    5,
    "must use / between folders.",
  ],
  ["a component nobody builds", after("components:", "  web: {}"), 6, "so it could never be deployed."],
  ["components as a list", after("components: [web]"), 5, '"components" must be a mapping'],
  [
    "an unknown key of a component",
    after("components:", "  web:", "    port: 80"),
    7,
    '"port" is not a key of a component; its keys are: health.',
  ],
  [
    "an unknown key of a health check",
    after("components:", "  web:", "    health: { url: /x }"),
    7,
    '"url" is not a key of a health check; its keys are: path, attempts, intervalSeconds, timeoutSeconds.',
  ],
  [
    "a health path on another host",
    after("components:", "  web:", "    health: { path: //evil.example/x }"),
    7,
    'The health path must begin with one "/"',
  ],
  [
    "a health path that climbs",
    after("components:", "  web:", "    health: { path: /a/../b }"),
    7,
    'The health path must begin with one "/"',
  ],
  [
    "no attempts",
    after("components:", "  web:", "    health: { attempts: 0 }"),
    7,
    "attempts must be a whole number from 1 to 20.",
  ],
  [
    "half an attempt",
    after("components:", "  web:", "    health: { attempts: 1.5 }"),
    7,
    "attempts must be a whole number from 1 to 20.",
  ],
  [
    "an interval in words",
    after("components:", "  web:", "    health: { intervalSeconds: often }"),
    7,
    "intervalSeconds must be a number of seconds from 0 to 60.",
  ],
  [
    "an environment as a list",
    job("environment: [A=1]"),
    5,
    '"environment" must be a mapping of names to text.',
  ],
  ["a value that is a number", job("environment: { N: 010 }"), 5, "must be text; put it in quotes."],
  [
    "a name with a hyphen",
    job("environment: { A-B: x }"),
    5,
    '"A-B" is not a name of an environment variable',
  ],
  ["a name of Clearway's", job("environment: { CLEARWAY_TOKEN: x }"), 5, '"CLEARWAY_TOKEN" is reserved'],
  ["a schema range without after", after("schema: { min: 1, max: 2 }"), 5, '"after" is missing.'],
  [
    "a schema range upside down",
    after("schema:", "  min: 3", "  max: 2", "  after: 2"),
    7,
    "max must not be less",
  ],
  [
    "after outside the range",
    after("schema:", "  min: 1", "  max: 2", "  after: 3"),
    8,
    "after must lie between",
  ],
  [
    "a negative schema",
    after("schema: { min: -1, max: 2, after: 1 }"),
    5,
    "min must be a whole number from 0",
  ],
  [
    "an unknown migration",
    after("schema: { min: 1, max: 1, after: 1, migration: down }"),
    5,
    "migration must be one of: none, expand, contract, irreversible.",
  ],
  [
    "tabs as indentation",
    "version: 1\njobs:\n\ta:\n\t\tcommands: [make]\n",
    3,
    "Tab characters cannot indent YAML",
  ],
  [
    "indentation that does not fit",
    "version: 1\njobs:\n  a:\n    name: x\n   commands: [m]\n",
    5,
    "indentation",
  ],
  [
    "a quote never closed",
    'version: 1\njobs:\n  a:\n    name: "x\n    commands: [m]\n',
    4,
    "This quote is opened and never closed.",
  ],
  [
    "a bracket never closed",
    "version: 1\njobs:\n  a:\n    commands: [make\n",
    4,
    "This bracket is opened and never closed.",
  ],
  ["a colon in unquoted text", "version: 1\njobs:\n  a: b: c\n", 3, "quote text that holds a colon"],
  ["an alias", "version: 1\nx: &x [m]\njobs:\n  a: { commands: *x }\n", 4, "Anchors and aliases"],
  ["an anchor alone", "version: 1\njobs: &j\n  a: { commands: [m] }\n", 2, "Anchors and aliases"],
  [
    "a merge key",
    "version: 1\njobs:\n  a: { commands: [m] }\n  b:\n    <<: { commands: [m] }\n",
    5,
    '"<<" cannot be a key',
  ],
  ["a custom tag", "version: 1\njobs:\n  a: !job { commands: [m] }\n", 3, "YAML tags (!) are not used here."],
  [
    "a standard tag",
    "version: !!int 1\njobs:\n  a: { commands: [m] }\n",
    1,
    "YAML tags (!) are not used here.",
  ],
  ["a directive", "%YAML 1.1\n---\nversion: 1\n", 1, "YAML directives (%) are not used here."],
  ["two documents", `${GOOD}---\nversion: 1\n`, 29, "The file must hold one YAML document"],
  ["a control character", "version: 1\njobs:\n  a:\n    name: x\u0007\n", 4, "control character (0x07)"],
  ["a NUL", "version: 1\u0000", 1, "control character (0x00)"],
  ["what is not UTF-8", "version: 1\njobs:\n  \ufffd: {}\n", 3, "The file is not valid UTF-8 text."],
  ["nesting of 21 levels", nested(21), 3, "The file is nested deeper than 20 levels."],
  ["nesting of 30 000 levels", nested(30_000), 3, "The file is nested deeper than 20 levels."],
  [
    "a list in a list 30 000 times",
    `version: 1\njobs:\n${"- ".repeat(30_000)}x`,
    3,
    "nested deeper than 20 levels.",
  ],
  ["more than 64 kB", `# ${"x".repeat(65_536)}`, 1, "The file is larger than 64 kB."],
];
