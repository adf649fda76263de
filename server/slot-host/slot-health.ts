import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Installations } from "./installations";

/** `health.json` among the installed files: what the service says of itself. */
const HealthFile = z.object({
  status: z.string().max(100),
  checks: z.record(z.string(), z.unknown()).default({}),
  /** By environment: why the service cannot work there, such as a key that its configuration lacks. */
  failsIn: z.record(z.string(), z.string().max(500)).default({}),
});

export type SlotHealth = {
  readonly status: string;
  readonly checks: Record<string, unknown>;
  readonly digest: string | null;
  readonly version: string | null;
  readonly reason?: string;
};

/** The health of what is really installed: 200 when it says "ok" and its files are those that were installed. */
export async function readHealth(
  installations: Installations,
  slot: string,
): Promise<{ status: number; body: SlotHealth }> {
  const installed = await installations.current(slot);
  if (installed === null) {
    return unhealthy("absent", { digest: null, version: null }, "Nothing is installed in this slot.");
  }
  const { digest, version, environment } = installed.state;
  if (!(await installations.isIntact(installed))) {
    return unhealthy(
      "altered",
      { digest, version },
      "The files in this slot are not those that were installed.",
    );
  }
  const file = await readHealthFile(path.join(installed.directory, "health.json"));
  if (file === null)
    return unhealthy("unknown", { digest, version }, "The artifact has no usable health.json.");
  const { status, checks, failsIn } = file;
  const reason =
    environment !== null && Object.hasOwn(failsIn, environment) ? failsIn[environment] : undefined;
  if (reason !== undefined) {
    return { status: 503, body: { status: "failing", checks, digest, version, reason } };
  }
  return { status: status === "ok" ? 200 : 503, body: { status, checks, digest, version } };
}

async function readHealthFile(file: string): Promise<z.infer<typeof HealthFile> | null> {
  try {
    return HealthFile.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return null;
  }
}

function unhealthy(
  status: string,
  what: { digest: string | null; version: string | null },
  reason: string,
): { status: number; body: SlotHealth } {
  return { status: 503, body: { status, checks: {}, ...what, reason } };
}
