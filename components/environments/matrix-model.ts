import type { Outputs } from "@/components/trpc/outputs";
import type { Status } from "@/components/ui/status-mark";

type Matrix = Outputs["environments"]["matrix"];
export type Environment = Matrix["environments"][number];
export type Cell = Matrix["cells"][number];

/** A column: an environment, or one client's part of it. */
export type Column = { environment: Environment; client: { key: string; name: string } | null };

export type Place = {
  /** Null: the client does not have this component. */
  cell: Cell | null;
  columns: number;
  isFirstOfProduction: boolean;
  /** "UAT", "Acme Production" */
  name: string;
  /** Releases by which it is newer than what stands to its left; null where that cannot be said. */
  distance: number | null;
  leftName: string | null;
};

export type Row =
  | { kind: "product"; key: string; name: string }
  | { kind: "component"; key: string; name: string; isCommon: boolean; places: readonly Place[] };

export function columnsOf(matrix: Matrix, clientKey?: string | undefined): Column[] {
  const clients = clientKey ? matrix.clients.filter(({ key }) => key === clientKey) : clientsIn(matrix);
  return matrix.environments.flatMap((environment) =>
    environment.isPerClient && clients.length > 0
      ? clients.map((client): Column => ({ environment, client }))
      : [{ environment, client: null }],
  );
}

/** The clients that have something in the rows shown, in the order of their names. */
function clientsIn(matrix: Matrix) {
  const shown = new Set(matrix.cells.map((cell) => cell.clientKey));
  return matrix.clients.filter(({ key }) => shown.has(key));
}

export function rowsOf(matrix: Matrix, columns: readonly Column[]): Row[] {
  const rows: Row[] = [];
  const cellsOf = new Map<string, Cell[]>();
  for (const cell of matrix.cells) {
    cellsOf.set(cell.componentId, [...(cellsOf.get(cell.componentId) ?? []), cell]);
  }
  let product: string | null = null;
  for (const cells of cellsOf.values()) {
    const [first] = cells;
    if (!first) continue;
    if (first.productKey !== product) {
      product = first.productKey;
      rows.push({ kind: "product", key: first.productKey, name: first.productName });
    }
    rows.push({
      kind: "component",
      key: first.componentKey,
      name: first.componentName,
      isCommon: first.componentScope === "common",
      places: placesOf(cells, columns),
    });
  }
  return rows;
}

function placesOf(cells: readonly Cell[], columns: readonly Column[]): Place[] {
  const places: Place[] = [];
  const isCommon = cells[0]?.componentScope === "common";
  for (const [position, column] of columns.entries()) {
    const { environment, client } = column;
    const before = columns[position - 1];
    const isSpanned = isCommon && before?.environment.id === environment.id;
    if (isSpanned) continue;
    const cell = cellIn(cells, environment.id, isCommon ? null : (client?.key ?? null));
    const left = leftOf(cells, columns, position);
    places.push({
      cell,
      columns: isCommon ? columns.filter((one) => one.environment.id === environment.id).length : 1,
      isFirstOfProduction: environment.isProduction && !before?.environment.isProduction,
      name: cell?.clientName ? `${cell.clientName} ${environment.name}` : environment.name,
      distance: cell && left.cell ? distanceOf(cell, left.cell) : null,
      leftName: left.name,
    });
  }
  return places;
}

function cellIn(cells: readonly Cell[], environmentId: string, clientKey: string | null): Cell | null {
  return cells.find((cell) => cell.environmentId === environmentId && cell.clientKey === clientKey) ?? null;
}

/**
 * The same component one environment earlier, the same client's or the shared one. An environment that was retired, or
 * in which nothing runs yet, is passed over: what is measured is how far versions have travelled.
 */
function leftOf(cells: readonly Cell[], columns: readonly Column[], position: number) {
  const column = columns[position];
  const earlier = columns
    .slice(0, position)
    .filter((one) => one.environment.id !== column?.environment.id && one.environment.retiredAt === null)
    .map(({ environment }) => {
      const cell =
        cellIn(cells, environment.id, column?.client?.key ?? null) ?? cellIn(cells, environment.id, null);
      return { cell, name: environment.name };
    });
  return earlier.findLast(({ cell }) => cell?.version) ?? earlier.at(-1) ?? { cell: null, name: null };
}

export function distanceOf(cell: Pick<Cell, "rank">, left: Pick<Cell, "rank">): number | null {
  return cell.rank === null || left.rank === null ? null : cell.rank - left.rank;
}

/** "1 release behind UAT", "2 releases ahead of QA" */
export function distanceInWords(distance: number, leftName: string): string {
  const count = Math.abs(distance);
  const releases = count === 1 ? "1 release" : `${count} releases`;
  return distance < 0 ? `${releases} behind ${leftName}` : `${releases} ahead of ${leftName}`;
}

const RUNNING_WORDS: Record<string, string> = {
  starting: "deploying",
  verifying: "verifying",
  unknown: "outcome not known",
};

/** What the slot is at, as a mark with its words: what happens now before what has been. */
export function standingOf(cell: Cell): { status: Status; words: string } {
  if (cell.running) {
    const words = RUNNING_WORDS[cell.running.state] ?? "deploying";
    return { status: cell.running.state === "unknown" ? "unknown" : "running", words };
  }
  if (!cell.version) return { status: "superseded", words: "nothing installed" };
  if (cell.withdrawnAt) return { status: "blocked", words: "runs a withdrawn release" };
  return { status: "ok", words: "live and healthy" };
}

/** "Two deployments run, three promotions wait, the last attempt failed in one slot." */
export function summaryOf(cells: readonly Cell[]): string {
  const running = cells.filter((cell) => cell.running).length;
  const waiting = cells.filter((cell) => cell.waiting).length;
  const held = cells.filter((cell) => cell.hold).length;
  const failed = cells.filter((cell) => cell.lastFailure).length;
  const parts = [
    running > 0 ? `${running} ${running === 1 ? "deployment runs" : "deployments run"}` : null,
    waiting > 0 ? `${waiting} ${waiting === 1 ? "promotion waits" : "promotions wait"}` : null,
    held > 0 ? `${held} ${held === 1 ? "slot is held" : "slots are held"}` : null,
    failed > 0 ? `the last attempt failed in ${failed} ${failed === 1 ? "slot" : "slots"}` : null,
  ].filter((part) => part !== null);
  if (parts.length === 0) return "Nothing is on its way: every slot runs what was last asked for.";
  const text = parts.join(", ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
