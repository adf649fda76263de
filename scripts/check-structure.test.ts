import { expect, test } from "vitest";
import { breaches } from "./check-structure.mjs";

const breach = (file: string, text = "") => breaches([file], () => text);

test.each([
  ["server/promotions/utils.ts", "", "names say the concept"],
  ["components/ui/index.ts", "", "no stray barrels"],
  ["app/(portal)/audit/table.tsx", "", "app holds pages only"],
  ["app/(portal)/audit/page.tsx", "export default async function Page() {}", "pages guard themselves"],
  ["app/api/x/route.ts", '"use server";', "no server actions"],
  ["components/ui/panel.tsx", "<p dangerouslySetInnerHTML={x} />", "no raw HTML"],
  ["server/git/run.ts", "const home = process.env.HOME;", "one reader of the environment"],
  ["components/runs/link.tsx", "<a href={run.url}>log</a>", "foreign URLs through SafeLink"],
  [
    "components/runs/view.ts",
    'import { ListRuns } from "@/domain/pipelines/input";',
    "schemas stay with the server",
  ],
  ["domain/rules.ts", "// @ts-expect-error", "no parallel ways past the type checker"],
  ["e2e/merge.spec.ts", "test.skip('x', () => {});", "no test is set aside"],
])("%s is refused", (file, text, rule) => {
  expect(breach(file, text).join()).toContain(rule);
});

test.each([
  ["db/schema/index.ts", ""],
  ["server/env.ts", "process.env"],
  ["server/promotions/votes.ts", "export const x = 1;"],
  ["app/(portal)/audit/page.tsx", "const actor = await requirePage('audit.read');"],
  ["app/(portal)/audit/search-params.ts", ""],
  ["components/runs/link.tsx", '<a href="/runs">runs</a>'],
  ["components/runs/view.ts", 'import type { ListRuns } from "@/domain/pipelines/input";'],
  ["db/audit.db.test.ts", "test.runIf(isRoot)('x', () => {});"],
])("%s is fine", (file, text) => {
  expect(breach(file, text)).toEqual([]);
});
