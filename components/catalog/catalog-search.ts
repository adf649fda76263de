import { addressOf, oneOf, type SearchParams, segment, textOf } from "@/components/portal/address";
import { COMPONENT_SCOPES, type ComponentScope } from "@/domain/catalog/components";
import type { ReadCatalog } from "@/domain/catalog/input";

export type CatalogAddress = {
  productKey?: string | undefined;
  scope?: ComponentScope | undefined;
  search?: string | undefined;
  /** The form that is open. */
  add?: "product" | undefined;
};

export function readCatalogSearch(params: SearchParams): CatalogAddress {
  return {
    productKey: textOf(params, "product"),
    scope: oneOf(params, "installed", COMPONENT_SCOPES),
    search: textOf(params, "q", 100),
    add: oneOf(params, "add", ["product"]),
  };
}

export function catalogInput({ productKey, scope, search }: CatalogAddress): ReadCatalog {
  return {
    ...(productKey ? { productKey } : {}),
    ...(scope ? { scope } : {}),
    ...(search ? { search } : {}),
  };
}

export function catalogHref({ productKey, scope, search, add }: CatalogAddress): string {
  return addressOf("/catalog", { product: productKey, installed: scope, q: search, add });
}

export const PRODUCT_ACTS = [
  "repository",
  "component",
  "rename",
  "rename-repository",
  "rename-component",
  "retire-component",
  "remove-repository",
] as const;
export type ProductAct = (typeof PRODUCT_ACTS)[number];

/** `act` is the form that is open, `on` the key of what it is about. */
export type ProductAddress = { key: string; act?: ProductAct | undefined; on?: string | undefined };

export function readProductSearch(key: string, params: SearchParams): ProductAddress {
  return { key, act: oneOf(params, "act", PRODUCT_ACTS), on: textOf(params, "on") };
}

export function productHref({ key, act, on }: ProductAddress): string {
  return addressOf(`/catalog/${segment(key)}`, { act, on });
}
