import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { anyFreePort } from "../scripts/platform/ports.mjs";
import { end } from "./installation";
import { until } from "./measure";

const FILES = {
  "app/layout.js":
    "export default function Layout({ children }) { return <html lang='en'><body>{children}</body></html>; }\n",
  "app/page.js":
    "import { connection } from 'next/server';\nexport default async function Page() { await connection(); return <p>Hello</p>; }\n",
};

/** The smallest page that the same Next can make: built and served in a directory of its own inside the project. */
export async function startEmptyApp(): Promise<{ origin: string; stop: () => Promise<void> }> {
  const root = process.cwd();
  const directory = fs.mkdtempSync(path.join(root, ".next", "empty-"));
  for (const [name, text] of Object.entries(FILES)) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), text);
  }
  fs.writeFileSync(
    path.join(directory, "next.config.mjs"),
    `export default { turbopack: { root: ${JSON.stringify(root)} } };\n`,
  );
  fs.writeFileSync(path.join(directory, "package.json"), '{ "private": true }\n');
  const next = path.join(root, "node_modules/next/dist/bin/next");
  const options = { cwd: directory, stdio: "ignore" as const };
  const remove = () => fs.rmSync(directory, { recursive: true, force: true });
  const [code] = await once(spawn(process.execPath, [next, "build"], options), "exit");
  if (code !== 0) {
    remove();
    throw new Error("The empty app does not build.");
  }
  const port = await anyFreePort();
  const child = spawn(
    process.execPath,
    [next, "start", "--port", String(port), "--hostname", "127.0.0.1"],
    options,
  );
  const origin = `http://127.0.0.1:${port}`;
  await until("The start of the empty app", () =>
    fetch(origin).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  return {
    origin,
    async stop() {
      await end(child);
      remove();
    },
  };
}
