/** One field that an audited change touched, as text to read. */
export type AuditField = { name: string; before: string | null; after: string | null };

export type AuditPayload = { fields: AuditField[]; reason: string | null };

/** Reads the payload of an audit row. What is not as it should be is shown as nothing rather than refused. */
export function readAuditPayload(payload: string): AuditPayload {
  const row = asRecord(parse(payload));
  const [before, after] = [asRecord(row.before), asRecord(row.after)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    fields: names.map((name) => ({
      name,
      before: textOf(before, name),
      after: textOf(after, name),
    })),
    reason: typeof row.reason === "string" && row.reason !== "" ? row.reason : null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function textOf(record: Record<string, unknown>, name: string): string | null {
  if (!Object.hasOwn(record, name)) return null;
  const value = record[name];
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** The branches and tags that a push moved, by their short names; none where the row is of something else. */
export function pushedRefs(payload: string): string[] {
  const { refs } = asRecord(asRecord(parse(payload)).after);
  if (!Array.isArray(refs)) return [];
  return refs.flatMap((one) => {
    const { ref } = asRecord(one);
    return typeof ref === "string" ? [ref.replace(/^refs\/(heads|tags)\//, "")] : [];
  });
}

/**
 * One cell of a CSV file. Text that a spreadsheet would take for a formula begins with an apostrophe, so that it is
 * shown instead of run.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  const text =
    typeof value === "string" && /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
