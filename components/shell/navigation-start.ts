const listeners = new Set<() => void>();

/** For the router alone: it begins to go to another address, whoever asked for it. */
export function navigationStarts(): void {
  for (const listener of listeners) listener();
}

/** Calls back inside the router's own transition; returns how to end that. */
export function onNavigationStart(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
