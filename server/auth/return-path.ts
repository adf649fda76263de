/** Where to go after sign-in: a path of ours as it was given, or the home page. Never another site. */
export function returnPath(given: string | null | undefined): string {
  if (!given || given.length > 2000) return "/";
  // Browsers drop tabs and newlines and read a backslash as a slash: none of them belongs in a path of ours.
  if (!/^\/(?![/\\])[!-[\]-~]*$/.test(given)) return "/";
  const address = new URL(given, "http://clearway.invalid");
  // Next's own mark on the address when only a part of a page is asked for.
  if (address.searchParams.has("_rsc")) address.searchParams.delete("_rsc");
  const { pathname, search } = address;
  return /^\/(api|git|sign-in)(\/|$)/.test(pathname) || pathname.startsWith("//") ? "/" : pathname + search;
}
