export function bundleProgram(options: {
  name: string;
  faults: boolean;
  /** Below the project, so that packages are found. Default: dist. */
  directory?: string;
  /** Default: server/main.ts. */
  entry?: string;
}): Promise<void>;
