export type RunningPostgres = {
  url: string;
  port: number;
  directory: string;
  reused: boolean;
  stop: () => Promise<void>;
};

export function startPostgres(options: {
  directory: string;
  settings?: Readonly<Record<string, string>>;
  database?: string;
  onNote?: (sentence: string) => void;
}): Promise<RunningPostgres>;

export function stopPostgres(directory: string): Promise<void>;
