/** The rows of a page's filter as a file: the input of its query is the address of its file. */
export function exportHref(
  path: string,
  input: Readonly<Record<string, string | boolean | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(input))
    if (value) search.set(name, value === true ? "1" : value);
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}
