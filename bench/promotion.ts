import { spawn } from "node:child_process";
import { startInstallation } from "./installation";
import { alternate, figureOf, giveUp, quantile, report, samplesAsked, until } from "./measure";
import { givenPayments, type Payments, REFERENCE_SOURCE, SPRINT } from "./payments";
import { PortalClient } from "./portal-client";
import { openTab } from "./promotion-browser";

/**
 * promotion.merge: from the POST of the vote that completes the quorum to the event at a live subscriber which tells
 * of the merge, against four git programs that do the same to the same repository (its floor).
 * promotion.acknowledge: the answer to that POST, against a mutation that finds nothing to change.
 * promotion.merge.browser: from the click on Approve to the card that shows the merge, against the same four programs.
 */
async function main(): Promise<void> {
  const installation = await startInstallation();
  const closing: (() => Promise<void> | void)[] = [];
  try {
    const payments = await givenPayments(installation);
    const voter = new PortalClient(installation.origin, payments.cookies.peer);
    const admin = new PortalClient(installation.origin, payments.cookies.admin);
    const watcher = new PortalClient(installation.origin, payments.cookies.admin);
    closing.push(...[voter, admin, watcher].map((client) => () => client.close()));
    const heard: { id: string; at: number }[] = [];
    await watcher.listen((topic, id) => {
      if (topic === "promotions") heard.push({ id, at: performance.now() });
    });
    // One `alternate` for both figures: acknowledgements are taken from the very votes that merge.
    const empties: number[] = [];
    const rounds = await alternate(
      samplesAsked(),
      async () => {
        empties.push(await emptyMutation(admin));
        return fourPrograms(payments);
      },
      async () => {
        const { promotionId, input } = await payments.waiting();
        const began = performance.now();
        const acknowledged = await voter.mutate("promotions.vote", input);
        await until("The merge", () => payments.isMerged(promotionId));
        // The last event about it is that of the transaction which recorded the merge.
        await new Promise((resolve) => setTimeout(resolve, 60));
        const told = heard.filter((event) => event.id === promotionId).at(-1);
        if (!told) throw new Error("Nobody was told of the merge.");
        return { acknowledged, merged: told.at - began };
      },
    );
    const merges = rounds.map(({ reference, subject }) => ({ reference, subject: subject.merged }));
    report(figureOf("promotion.merge", 6, merges), merges);
    const answers = rounds.map(({ subject }, n) => ({
      reference: empties[n + 1] ?? Number.NaN,
      subject: subject.acknowledged,
    }));
    report(figureOf("promotion.acknowledge", 4, answers), answers);

    const tab = await openTab(installation, payments);
    closing.push(tab.close);
    const clicks = await alternate(
      samplesAsked(),
      () => fourPrograms(payments),
      async () => tab.approve((await payments.waiting()).number),
    );
    report(figureOf("promotion.merge.browser", 12, clicks), clicks);
  } finally {
    for (const close of closing) await close();
    await installation.stop();
  }
}

/** Signed in, permitted, in a transaction, and then nothing to change: the cheapest mutation there is. The median of five. */
async function emptyMutation(admin: PortalClient): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < 5; n++) took.push(await admin.mutate("settings.setRunner", { isEnabled: false }));
  return quantile(0.5, took);
}

/** rev-parse, merge-tree, commit-tree, update-ref, each once and plain, on the branches of a change that waits. */
async function fourPrograms({ directory }: Payments): Promise<number> {
  const git = (...args: string[]) => run(directory, args);
  const began = performance.now();
  const target = await git("rev-parse", "--verify", `refs/heads/${SPRINT}`);
  const tree = await git("merge-tree", "--write-tree", target, REFERENCE_SOURCE);
  const commit = await git("commit-tree", tree, "-p", target, "-m", "Merge");
  await git("update-ref", "refs/clearway/bench/target", commit);
  return performance.now() - began;
}

function run(directory: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const identity = {
      GIT_AUTHOR_NAME: "x",
      GIT_AUTHOR_EMAIL: "x",
      GIT_COMMITTER_NAME: "x",
      GIT_COMMITTER_EMAIL: "x",
    };
    const child = spawn("git", [`--git-dir=${directory}`, ...args], {
      env: { ...process.env, ...identity },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(text.trim()) : reject(new Error(`git ${args[0]}: ${code}`)),
    );
  });
}

await main().catch(giveUp);
