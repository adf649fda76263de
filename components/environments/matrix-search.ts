import { addressOf, idOf, type SearchParams, textOf } from "@/components/portal/address";

const SLOT = "00000000-0000-0000-0000-000000000000";

export type MatrixAddress = {
  productKey?: string | undefined;
  clientKey?: string | undefined;
  /** With the environments that were retired. */
  retired?: boolean | undefined;
  /** The slot whose drawer is open. */
  slotId?: string | undefined;
  /** One or two slots that are compared. */
  compare?: readonly string[];
};

export function readMatrixSearch(params: SearchParams): MatrixAddress {
  const [left, right] = (textOf(params, "compare", 80) ?? "").split(",");
  const compare = [left, right].flatMap((id) => idOf({ id }, "id") ?? []);
  return {
    productKey: textOf(params, "product"),
    clientKey: textOf(params, "client"),
    retired: textOf(params, "retired") === "1",
    slotId: idOf(params, "slot"),
    compare,
  };
}

/** The part of the address that decides which rows are read: the same on the server and in the browser. */
export function matrixInput({ productKey, clientKey, retired }: MatrixAddress) {
  return {
    ...(productKey ? { productKey } : {}),
    ...(clientKey ? { clientKey } : {}),
    ...(retired ? { retired } : {}),
  };
}

export function matrixHref(address: MatrixAddress): string {
  return `/environments${matrixSearch(address)}`;
}

/** The query of an address of the matrix, with its question mark; empty where nothing is chosen. */
export function matrixSearch({
  productKey,
  clientKey,
  retired,
  slotId,
  compare = [],
}: MatrixAddress): string {
  return addressOf("", {
    product: productKey,
    client: clientKey,
    retired,
    slot: slotId,
    compare: compare.join(","),
  });
}

/** The queries of the cells' links: many that differ in the slot only. */
export function slotSearch(address: MatrixAddress): (slotId: string | undefined) => string {
  const [before = "", after = ""] = matrixSearch({ ...address, slotId: SLOT }).split(SLOT);
  return (slotId) => (slotId === undefined ? "" : `${before}${slotId}${after}`);
}

/** The slot of a cell's link, from the query of its address. */
export function slotIdIn(search: string): string | undefined {
  return readMatrixSearch(Object.fromEntries(new URLSearchParams(search))).slotId;
}

/** Another address of this very page, without asking the server for the page again. Back and forward work. */
export function goWithin(href: string): void {
  window.history.pushState(null, "", href);
}

/** Shift-click: the first cell, then the second; a third begins again; the same one again is taken back. */
export function withCompared(address: MatrixAddress, slotId: string): MatrixAddress {
  const known = address.compare ?? [];
  const compare = known.includes(slotId)
    ? known.filter((id) => id !== slotId)
    : known.length === 1
      ? [...known, slotId]
      : [slotId];
  return { ...address, slotId: undefined, compare };
}
