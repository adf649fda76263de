import { expect, test } from "vitest";
import { type Cell, columnsOf, distanceInWords, rowsOf, summaryOf } from "./matrix-model";

const RULES = null;
const environment = (key: string, isProduction = false) => ({
  id: key,
  key,
  name: key.toUpperCase(),
  isProduction,
  isPerClient: isProduction,
  retiredAt: null,
  retiredReason: null,
  policyKey: null,
  policyName: null,
  policyVersion: null,
  rules: RULES,
});

function cell(
  environmentKey: string,
  clientKey: string | null,
  rank: number,
  given: Partial<Cell> = {},
): Cell {
  return {
    slotId: `${environmentKey}-${clientKey}`,
    environmentKey,
    ...(clientKey === null ? {} : { clientKey }),
    version: `2026.21.${rank}`,
    rank,
    ...given,
  };
}

const product = { key: "payments", name: "Payments" };
const vm = (...cells: Cell[]) => ({ key: "payout-vm", isCommon: false, product, cells });

const clients = [
  { key: "acme", name: "Acme" },
  { key: "borealis", name: "Borealis" },
];
const you = { canEdit: false };
const environments = [environment("uat"), environment("prod", true)];

test("production has a column for each client that has something there", () => {
  const components = [vm(cell("uat", null, 3), cell("prod", "acme", 2), cell("prod", "borealis", 1))];
  expect(
    columnsOf({ environments, retired: 0, you, clients, components }).map(
      ({ client }) => client?.key ?? null,
    ),
  ).toEqual([null, "acme", "borealis"]);
});

test("a client's production is measured against the shared environment before it", () => {
  const matrix = {
    environments,
    retired: 0,
    you,
    clients,
    components: [vm(cell("uat", null, 5), cell("prod", "acme", 2))],
  };
  const row = rowsOf(matrix, columnsOf(matrix)).find(({ kind }) => kind === "component");
  expect(
    row?.kind === "component" && row.places.map(({ distance, leftName }) => [distance, leftName]),
  ).toEqual([
    [null, null],
    [-3, "UAT"],
  ]);
});

test("an environment that was retired, or where nothing runs yet, is passed over", () => {
  const between = { ...environment("staging"), retiredAt: new Date(0) };
  const empty = environment("new");
  const matrix = {
    environments: [environment("uat"), between, empty, environment("prod", true)],
    retired: 1,
    you,
    clients,
    components: [
      vm(
        cell("uat", null, 5),
        cell("staging", null, 4),
        { slotId: "new", environmentKey: "new" },
        cell("prod", "acme", 2),
      ),
    ],
  };
  const row = rowsOf(matrix, columnsOf(matrix)).find(({ kind }) => kind === "component");
  const last = row?.kind === "component" ? row.places.at(-1) : undefined;
  expect(last).toMatchObject({ distance: -3, leftName: "UAT" });
});

test("a common component is one cell across the clients", () => {
  const components = [
    { key: "payments-api", isCommon: true, product, cells: [cell("uat", null, 2), cell("prod", null, 2)] },
    vm(cell("prod", "acme", 1), cell("prod", "borealis", 1)),
  ];
  const matrix = { environments, retired: 0, you, clients, components };
  const rows = rowsOf(matrix, columnsOf(matrix));
  const api = rows.find(({ key }) => key === "payments-api");
  expect(api?.kind === "component" && api.places.map(({ columns }) => columns)).toEqual([1, 2]);
});

test("a client without the component has an empty place", () => {
  const matrix = {
    environments,
    retired: 0,
    you,
    clients,
    components: [
      vm(cell("uat", null, 2), cell("prod", "borealis", 1)),
      { ...vm(cell("prod", "acme", 1)), key: "other" },
    ],
  };
  const row = rowsOf(matrix, columnsOf(matrix)).find(({ kind }) => kind === "component");
  expect(row?.kind === "component" && row.places.map(({ cell: found }) => found?.slotId)).toEqual([
    "uat-null",
    undefined,
    "prod-borealis",
  ]);
});

test.each([
  [-1, "1 release behind UAT"],
  [-4, "4 releases behind UAT"],
  [2, "2 releases ahead of UAT"],
])("%i is said as words", (distance, words) => expect(distanceInWords(distance, "UAT")).toBe(words));

test("the summary says what is on its way, or that nothing is", () => {
  expect(summaryOf([cell("uat", null, 1)])).toMatch(/^Nothing is on its way/);
  const running = { state: "starting", version: "2026.21.2" };
  expect(summaryOf([cell("uat", null, 1, { running }), cell("prod", "acme", 1, { running })])).toBe(
    "2 deployments run.",
  );
});
