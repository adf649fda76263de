import { expect, test, vi } from "vitest";
import { fileRoute } from "./file-route";

vi.mock("next/headers", () => ({ cookies: async () => new Map() }));

async function ask(site: string | undefined) {
  const open = vi.fn(async () => ({ name: "audit.csv", type: "text/csv" as const, content: "a,b\r\n" }));
  const headers: Record<string, string> = site === undefined ? {} : { "sec-fetch-site": site };
  const request = new Request("https://clearway.example/api/audit", { headers });
  const answer = await fileRoute("audit.read", open)(request, { params: Promise.resolve({}) });
  expect(open).not.toHaveBeenCalled();
  return { status: answer.status, said: await answer.text() };
}

test.each(["cross-site", "same-site"])(
  "a link on a %s page saves nothing in anybody's name",
  async (site) => {
    expect(await ask(site)).toEqual({
      status: 403,
      said: "Another site led here. Open Clearway and save the file from there.\n",
    });
  },
);

test.each(["same-origin", "none", undefined])(
  "what comes from us, from a person or from a script (%s) is asked who it is",
  async (site) => {
    expect(await ask(site)).toEqual({ status: 401, said: "Sign in first.\n" });
  },
);
