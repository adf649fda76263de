import type { Outputs } from "@/components/trpc/outputs";
import type { Status } from "@/components/ui/status-mark";

type Matrix = Outputs["environments"]["matrix"];
export type Environment = Matrix["environments"][number];
export type MatrixComponent = Matrix["components"][number];
export type Cell = MatrixComponent["cells"][number];

/** A column: an environment, or one client's part of it. */
export type Column = { environment: Environment; client: { key: string; name: string } | null };

export type Place = {
  /** Null: the client does not have this component. */
  cell: Cell | null;
  columns: number;
  isFirstOfProduction: boolean;
  /** "UAT", "Acme Production" */
  name: string;
  /** Whose it is; null: shared. */
  clientName: string | null;
  /** Releases by which it is newer than what stands to its left; null where that cannot be said. */
  distance: number | null;
  leftName: string | null;
};

export type Row =
  | { kind: "product"; key: string; name: string }
  | { kind: "component"; key: string; isCommon: boolean; places: readonly Place[] };

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
  const shown = new Set(cellsOf(matrix).map((cell) => cell.clientKey));
  return matrix.clients.filter(({ key }) => shown.has(key));
}

export function cellsOf(matrix: Pick<Matrix, "components">): Cell[] {
  return matrix.components.flatMap(({ cells }) => cells);
}

export function rowsOf(matrix: Matrix, columns: readonly Column[]): Row[] {
  const rows: Row[] = [];
  let product: string | null = null;
  for (const component of matrix.components) {
    const { key, isCommon } = component;
    if (component.product.key !== product) {
      product = component.product.key;
      rows.push({ kind: "product", ...component.product });
    }
    rows.push({ kind: "component", key, isCommon, places: placesOf(component, columns) });
  }
  return rows;
}

function placesOf({ cells, isCommon }: MatrixComponent, columns: readonly Column[]): Place[] {
  const places: Place[] = [];
  const cellAt = new Map(cells.map((cell) => [placeKey(cell.environmentKey, cell.clientKey), cell]));
  const earlier = new Map<string, Environment[]>();
  for (const [position, { environment, client }] of columns.entries()) {
    const before = columns[position - 1];
    const isSpanned = isCommon && before?.environment.id === environment.id;
    if (isSpanned) continue;
    const own = isCommon ? null : client;
    const cell = cellAt.get(placeKey(environment.key, own?.key)) ?? null;
    const toTheLeft = earlier.get(environment.id) ?? earlierThan(columns, position);
    earlier.set(environment.id, toTheLeft);
    const left = leftOf(cellAt, toTheLeft, client?.key);
    places.push({
      cell,
      columns: isCommon ? columns.filter((one) => one.environment.id === environment.id).length : 1,
      isFirstOfProduction: environment.isProduction && !before?.environment.isProduction,
      name: own ? `${own.name} ${environment.name}` : environment.name,
      clientName: own?.name ?? null,
      distance: cell && left.cell ? distanceOf(cell, left.cell) : null,
      leftName: left.name,
    });
  }
  return places;
}

function placeKey(environmentKey: string, clientKey: string | undefined): string {
  return `${environmentKey}/${clientKey ?? ""}`;
}

/** The environments before the one of that column, nearest first, without those that were retired. */
function earlierThan(columns: readonly Column[], position: number): Environment[] {
  const before = new Map(columns.slice(0, position).map(({ environment }) => [environment.id, environment]));
  before.delete(columns[position]?.environment.id ?? "");
  return [...before.values()].filter(({ retiredAt }) => retiredAt === null).reverse();
}

/**
 * The same component one environment earlier, the same client's or the shared one. An environment that was retired, or
 * in which nothing runs yet, is passed over: what is measured is how far versions have travelled.
 */
function leftOf(cellAt: ReadonlyMap<string, Cell>, earlier: readonly Environment[], clientKey?: string) {
  let nearest: { cell: Cell | null; name: string } | null = null;
  for (const environment of earlier) {
    const cell =
      cellAt.get(placeKey(environment.key, clientKey)) ??
      cellAt.get(placeKey(environment.key, undefined)) ??
      null;
    if (cell?.version) return { cell, name: environment.name };
    nearest ??= { cell, name: environment.name };
  }
  return nearest ?? { cell: null, name: null };
}

export function distanceOf(cell: Pick<Cell, "rank">, left: Pick<Cell, "rank">): number | null {
  return cell.rank === undefined || left.rank === undefined ? null : cell.rank - left.rank;
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

export type Standing = { status: Status; words: string };

/** What the slot is at, as a mark with its words: what happens now before what has been. */
export function standingOf(cell: Cell): Standing {
  if (cell.running) {
    const words = RUNNING_WORDS[cell.running.state] ?? "deploying";
    return { status: cell.running.state === "unknown" ? "unknown" : "running", words };
  }
  if (!cell.version) return { status: "superseded", words: "nothing installed" };
  if (cell.isWithdrawn) return { status: "blocked", words: "runs a withdrawn release" };
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
