import { type ChildProcess, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { branches, repositories, repositoryImports } from "@/db/schema";
import { env } from "../env";
import { bundle, type Program } from "../faults/testing/processes";
import { createBareRepository } from "../git/repository";
import { givenCommit, processesWith } from "../git/testing/given-repository";
import { enqueueJob } from "../queue/enqueue";
import { importRepository } from "./commands";
import { givenRemote } from "./testing/given-remote";
import { givenWorld, type World } from "./testing/given-world";

const PATIENCE = { timeout: 45_000 };

let program: Program;
let world: World;
const children: ChildProcess[] = [];

beforeAll(async () => {
  program = await bundle({ faults: false });
  world = await givenWorld();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await world.base.stop();
  program.remove();
});

function startWorker(): ChildProcess {
  const child = spawn(process.execPath, [program.file, "worker"], {
    stdio: "ignore",
    env: {
      PATH: "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin",
      NODE_ENV: "production",
      PORT: "0",
      DATABASE_URL: world.base.url,
      CLEARWAY_DATA_DIR: world.base.dataDir,
      CLEARWAY_DEMO: "1",
      CLEARWAY_SECRET: env.secret,
      CLEARWAY_LEASE_SECONDS: "2",
      CLEARWAY_IMPORT_ALLOW_PRIVATE: "1",
    },
  });
  children.push(child);
  return child;
}

test("a worker that is killed while the pack arrives: the next brings it in, and nothing is left of the first", async () => {
  const elsewhere = path.join(world.base.dataDir, "elsewhere");
  const source = path.join(elsewhere, "ledger.git");
  await createBareRepository(source);
  await givenCommit(source, { files: { a: "1\n" } });
  const remote = await givenRemote(elsewhere);
  let posts = 0;
  let isHeld = false;
  remote.answer = (req, res) => {
    if (req.method === "POST") posts++;
    if (posts < 3 || isHeld) return false;
    // The first pack begins and does not go on.
    isHeld = true;
    res.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
    res.write("000dpackfile\n");
    return true;
  };
  const { id } = await importRepository(
    { ...world.system, enqueue: enqueueJob },
    {
      productId: world.product.id,
      key: "ledger",
      name: "Ledger",
      sourceKind: "url",
      source: `${remote.url}/ledger.git`,
    },
    { allowsPrivate: true, directory: undefined },
  );
  const first = startWorker();
  await expect.poll(() => isHeld, PATIENCE).toBe(true);
  first.kill("SIGKILL");
  startWorker();
  const standing = async () => {
    const [row] = await world.base.db
      .select({ state: repositories.state, attempt: repositoryImports.attempt })
      .from(repositories)
      .innerJoin(repositoryImports, eq(repositoryImports.repositoryId, repositories.id))
      .where(eq(repositories.id, id));
    return row;
  };
  await expect.poll(standing, PATIENCE).toEqual({ state: "ready", attempt: 2 });
  const read = () => world.base.db.$count(branches, eq(branches.repositoryId, id));
  await expect.poll(read, PATIENCE).toBe(1);
  expect(await readdir(path.join(world.base.dataDir, "repositories", ".importing"))).toEqual([]);
  await remote.close();
  // The git of the dead worker has nobody to write to any more.
  await expect
    .poll(() => processesWith(`${world.base.dataDir}/repositories/.importing`), PATIENCE)
    .toEqual([]);
}, 120_000);
