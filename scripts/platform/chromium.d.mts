/** Throws a sentence when there is none. */
export function findChromium(options?: { say?: (line: string) => void }): string;
