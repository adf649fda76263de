export function requireNode(version?: string): void;
export function requireGit(read?: () => string): void;
