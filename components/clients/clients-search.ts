import { addressOf, numberOf, oneOf, type SearchParams, segment, textOf } from "@/components/portal/address";
import type { ListClients } from "@/domain/catalog/input";

export type ClientsAddress = {
  search?: string | undefined;
  retired?: boolean | undefined;
  page?: number | undefined;
  add?: boolean | undefined;
};

export function readClientsSearch(params: SearchParams): ClientsAddress {
  return {
    search: textOf(params, "q", 100),
    retired: textOf(params, "retired") === "1",
    page: Math.min(numberOf(params, "page") ?? 1, 10_000),
    add: textOf(params, "add") === "1",
  };
}

export function clientsInput({ search, retired, page }: ClientsAddress): ListClients {
  return { page: page ?? 1, isRetiredShown: retired === true, ...(search ? { search } : {}) };
}

export function clientsHref({ search, retired, page, add }: ClientsAddress): string {
  return addressOf("/clients", { q: search, retired, page: page === 1 ? undefined : page, add });
}

const CLIENT_ACTS = ["rename", "retire", "end"] as const;
export type ClientAddress = {
  key: string;
  act?: (typeof CLIENT_ACTS)[number] | undefined;
  on?: string | undefined;
};

export function readClientSearch(key: string, params: SearchParams): ClientAddress {
  return { key, act: oneOf(params, "act", CLIENT_ACTS), on: textOf(params, "on") };
}

export function clientHref({ key, act, on }: ClientAddress): string {
  return addressOf(`/clients/${segment(key)}`, { act, on });
}
