export function breaches(files: readonly string[], read: (file: string) => string): string[];
export function listProjectFiles(): string[];
