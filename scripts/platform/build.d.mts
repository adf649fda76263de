export function bundleProgram(options: {
  name: string;
  faults: boolean;
  /** Below the project, so that packages are found. Default: dist. */
  directory?: string;
}): Promise<void>;
