export type SearchParams = Record<string, string | string[] | undefined>;

/** A filter from the address: trimmed, cut to what a filter can be, undefined where it is missing or empty. */
export function textOf(params: SearchParams, name: string, max = 60): string | undefined {
  const value = params[name];
  const text = (typeof value === "string" ? value : "").trim().slice(0, max);
  return text === "" ? undefined : text;
}

/** A positive whole number, or undefined: what an address says that cannot be meant is passed over. */
export function numberOf(params: SearchParams, name: string): number | undefined {
  const text = textOf(params, name, 10);
  return text && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** One of a few words. */
export function oneOf<T extends string>(
  params: SearchParams,
  name: string,
  words: readonly T[],
): T | undefined {
  const text = textOf(params, name);
  return words.find((word) => word === text);
}

/** A UUID in the address. */
export function idOf(params: SearchParams, name: string): string | undefined {
  const text = textOf(params, name);
  return text && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : undefined;
}

type Query = Record<string, string | number | boolean | null | undefined>;

/** The address of a page with its filters; what is not set is not written. */
export function addressOf(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== false && value !== "") {
      search.set(name, value === true ? "1" : String(value));
    }
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** A part of a path that may hold a slash or anything else. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}
