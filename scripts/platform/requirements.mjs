import { execFileSync } from "node:child_process";

const NODE = [20, 19];
const GIT = [2, 38];

/** Throws a sentence that says what is missing and how to get it. */
export function requireNode(version = process.versions.node) {
  if (isOlder(version, NODE)) {
    throw new Error(
      `Clearway needs Node.js ${NODE.join(".")} or newer; this is ${version}. See https://nodejs.org.`,
    );
  }
}

export function requireGit(read = () => execFileSync("git", ["--version"], { encoding: "utf8" })) {
  let said;
  try {
    said = read();
  } catch {
    throw new Error(
      `Clearway needs git ${GIT.join(".")} or newer, and finds none. Install git and try again.`,
    );
  }
  const version = /(\d+\.\d+(\.\d+)?)/.exec(said)?.[1] ?? "0.0";
  if (isOlder(version, GIT)) {
    throw new Error(
      `Clearway needs git ${GIT.join(".")} or newer (it merges without a work tree); this is ${version}.`,
    );
  }
}

function isOlder(version, [major, minor]) {
  const [hasMajor = 0, hasMinor = 0] = version.split(".").map(Number);
  return hasMajor < major || (hasMajor === major && hasMinor < minor);
}
