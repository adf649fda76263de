export const MAX_KEY = 40;

/** What the key of something with this name would be; empty where the name gives none. */
export function suggestKey(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, MAX_KEY)
    .replace(/-+$/, "");
}
