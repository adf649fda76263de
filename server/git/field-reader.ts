type FieldReaderOptions = {
  /** One entry per field of a record: how many bytes of it are kept; the rest is dropped. */
  readonly fieldBytes: readonly number[];
  /** Kept bytes over all records; once used up, further fields keep 1 KiB each. */
  readonly keptBytes: number;
  readonly onRecord: (fields: readonly string[]) => void;
};

const SMALL = 1024;

/** Reads records of NUL-terminated fields from a stream, in bounded memory whatever their size. */
export function createFieldReader(options: FieldReaderOptions): { write: (chunk: Buffer) => void } {
  let fields: string[] = [];
  let parts: Buffer[] = [];
  let length = 0;
  let budget = options.keptBytes;

  const keep = (bytes: Buffer) => {
    const cap = Math.min(options.fieldBytes[fields.length] ?? 0, Math.max(budget, SMALL));
    const fitting = bytes.subarray(0, Math.max(0, cap - length));
    // A copy: a view would hold the whole chunk in memory.
    if (fitting.length > 0) parts.push(Buffer.from(fitting));
    length += fitting.length;
  };
  const endField = () => {
    budget -= length;
    fields.push(Buffer.concat(parts).toString("utf8"));
    parts = [];
    length = 0;
    if (fields.length < options.fieldBytes.length) return;
    options.onRecord(fields);
    fields = [];
  };

  return {
    write(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, from)) {
        keep(chunk.subarray(from, at));
        endField();
        from = at + 1;
      }
      keep(chunk.subarray(from));
    },
  };
}
