/** Null when the path can name something inside the job's directory. */
export function artifactPathProblem(path: string): string | null {
  if (path.startsWith("/") || path.startsWith("~") || /^[A-Za-z]:/.test(path)) {
    return `The path "${path}" must be relative to the job's directory.`;
  }
  if (path.includes("\\")) return `The path "${path}" must use / between folders.`;
  const parts = path.split("/");
  if (parts.includes("..")) return `The path "${path}" leads outside the job's directory.`;
  if (parts.some((part) => part === "" || part === ".")) {
    return `The path "${path}" must name one file, without "." or empty parts.`;
  }
  return null;
}

/** Null when the pattern can match files inside the job's directory: `*`, `?` within a name, `**` for any folders. */
export function pathPatternProblem(pattern: string): string | null {
  const problem = artifactPathProblem(pattern);
  if (problem !== null) return problem;
  if (pattern.split("/").some((part) => part.includes("**") && part !== "**")) {
    return `In the path "${pattern}", ** must stand between slashes: it means any number of folders.`;
  }
  return null;
}

/** Does a path, as its parts, match a pattern? Takes at most time in the product of their lengths. */
export function matchesPattern(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  // reach[j]: the parts of the pattern so far match the first j parts of the path.
  let reach = parts.map(() => false);
  reach = [true, ...reach];
  for (const want of wanted) {
    const next = reach.map(() => false);
    for (let at = 0; at < reach.length; at += 1) {
      if (want === "**") next[at] = (reach[at] ?? false) || (at > 0 && (next[at - 1] ?? false));
      else if (at > 0 && (reach[at - 1] ?? false)) next[at] = matchesName(want, parts[at - 1] ?? "");
    }
    reach = next;
  }
  return reach.at(-1) ?? false;
}

/** `*` is any number of characters, `?` one. Goes back to the last star only, so it cannot take forever. */
function matchesName(wanted: string, name: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    if (place < wanted.length && wanted[place] === "*") {
      star = place;
      resume = at;
      place += 1;
    } else if (place < wanted.length && (wanted[place] === "?" || wanted[place] === name[at])) {
      place += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      place = star + 1;
    } else {
      return false;
    }
  }
  while (wanted[place] === "*") place += 1;
  return place === wanted.length;
}
