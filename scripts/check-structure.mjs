// The rules of the layout that no other tool knows. Prints every breach with the rule it breaks.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { projectDir } from "./platform/files.mjs";

const PAGE_FILES =
  /^(page|layout|loading|error|global-error|not-found|forbidden|template|default|route)\.tsx?$|^search-params\.ts$|^(icon|manifest|robots)\.[a-z]+$/;
const VAGUE = /^(utils?|helpers?|common|misc|shared|lib|manager|data|types|constants)$/;
const CODE = /\.(ts|tsx|mjs|mts)$/;
const SOURCE = /^(app|components|db|domain|server)\//;
const TEST = /\.(test|nightly)\.tsx?$|^e2e\/|\/testing\//;
const CONFIGURATION = /^[^/]+\.config\.[a-z]+$|^scripts\/|^e2e\/|^bench\//;

/** Each rule: a name, and the sentence of the breach or undefined. `text()` reads the file once. */
export const RULES = {
  "names say the concept": ({ file }) => {
    const vague = file.split("/").find((part) => VAGUE.test(part.replace(/\.[^/]*$/, "")));
    return SOURCE.test(file) && vague ? `"${vague}" names no concept` : undefined;
  },
  "no stray barrels": ({ file }) =>
    SOURCE.test(file) && /(^|\/)index\.tsx?$/.test(file) && file !== "db/schema/index.ts"
      ? "only db/schema has an index"
      : undefined,
  "app holds pages only": ({ file }) => {
    if (!/^app\/.*\.tsx?$/.test(file) || TEST.test(file)) return undefined;
    if (file.split("/").some((part) => part.startsWith("_"))) return undefined;
    return PAGE_FILES.test(path.basename(file)) ? undefined : "components belong in components/";
  },
  "pages guard themselves": ({ file, text }) =>
    /^app\/\(portal\)\/(.*\/)?page\.tsx$/.test(file) && !/\bawait (requirePage|requireActor)\(/.test(text())
      ? "its first line is await requirePage(…) or requireActor(…)"
      : undefined,
  "no server actions": ({ file, text }) =>
    CODE.test(file) && SOURCE.test(file) && /^\s*["']use server["']/m.test(text())
      ? "writes go through tRPC"
      : undefined,
  "no raw HTML": ({ file, text }) =>
    SOURCE.test(file) &&
    !TEST.test(file) &&
    /dangerouslySetInnerHTML|\.innerHTML\s*=|window\.open\(/.test(text())
      ? "React text and SafeLink only"
      : undefined,
  "one reader of the environment": ({ file, text }) =>
    CODE.test(file) &&
    !CONFIGURATION.test(file) &&
    file !== "server/env.ts" &&
    /\bprocess\.env\b/.test(text())
      ? "read it from server/env.ts"
      : undefined,
  "components import the API as a type": ({ file, text }) =>
    /^components\//.test(file) && /^(import|export) (?!type\b)[^;]*?from "@\/server\//m.test(text())
      ? "import type"
      : undefined,
  // A schema brings 30 kB of its library to every page that its module reaches. The policy editor checks as one types.
  "schemas stay with the server": ({ file, text }) =>
    /^components\/(?!policies\/|environments\/add-environment-dialog)/.test(file) &&
    !TEST.test(file) &&
    /^(import|export) (?!type\b)[^;]*?from "@\/domain\/[^"]*\/(input|keys)"/m.test(text())
      ? "import its type; lists of values have modules of their own"
      : undefined,
  "foreign URLs through SafeLink": ({ file, text }) =>
    /\.tsx$/.test(file) && !/^components\/ui\//.test(file) && /<a\b[^>]*\bhref=\{(?!["'`/#])/.test(text())
      ? "use SafeLink, or Link for our own pages"
      : undefined,
  "no parallel ways past the type checker": ({ file, text }) =>
    CODE.test(file) &&
    !file.startsWith("scripts/check-structure") &&
    /@ts-(ignore|nocheck|expect-error)/.test(text())
      ? "mend the type instead"
      : undefined,
  "no test is set aside": ({ file, text }) =>
    TEST.test(file) &&
    !file.startsWith("scripts/check-structure") &&
    /\b(test|it|describe)\.(skip|only|todo|fixme)\b(?!If)/.test(text())
      ? "mend it or remove it"
      : undefined,
};

export function breaches(files, read) {
  const found = [];
  for (const file of files) {
    let kept;
    const text = () => {
      kept ??= read(file);
      return kept;
    };
    for (const [rule, check] of Object.entries(RULES)) {
      const why = check({ file, text });
      if (why) found.push(`${file}: ${rule} (${why})`);
    }
  }
  return found;
}

/** Everything that is or would be committed. */
export function listProjectFiles() {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, {
    cwd: projectDir,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split("\0"))].filter(
    (file) => file && fs.existsSync(path.join(projectDir, file)),
  );
}

if (process.argv[1] === import.meta.filename) {
  const found = breaches(listProjectFiles(), (file) => fs.readFileSync(path.join(projectDir, file), "utf8"));
  for (const line of found) console.error(line);
  process.exitCode = found.length > 0 ? 1 : 0;
}
