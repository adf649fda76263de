export function vitestFailures(files: unknown[]): string[];
export function playwrightFailures(suites: unknown[]): string[];
