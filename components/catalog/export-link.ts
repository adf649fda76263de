/** A page's filter as the query of its file: "?scope=client", or nothing. */
export function queryOf(input: Readonly<Record<string, string | boolean | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(input))
    if (value) search.set(name, value === true ? "1" : value);
  const text = search.toString();
  return text ? `?${text}` : "";
}
