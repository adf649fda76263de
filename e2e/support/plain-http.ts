import http from "node:http";
import net from "node:net";

export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };

type Asked = { method?: string; headers?: http.OutgoingHttpHeaders; body?: string | Buffer };

/** Plain HTTP to one address with connections that are kept: a cell costs one round trip and no browser. */
export function plainHttp(url: string) {
  const { hostname, port } = new URL(url);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

  /** Busy is no answer to what is asked here: thousands of requests meet a small machine. */
  async function ask(path: string, asked: Asked = {}): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await send(path, asked);
      if (answer.status !== 503 || !/busy right now/.test(answer.body) || tries === 20) return answer;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  function send(path: string, { method = "GET", headers = {}, body }: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const req = http.request(
        { hostname, port, path, method, agent, headers: { ...length, ...headers } },
        (res) => {
          const chunks: Buffer[] = [];
          res.on("data", (chunk: Buffer) => chunks.push(chunk));
          res.on("error", reject);
          res.on("end", () =>
            resolve({
              status: res.statusCode ?? 0,
              headers: res.headers,
              body: Buffer.concat(chunks).toString("utf8"),
            }),
          );
        },
      );
      req.on("error", reject);
      req.end(body);
    });
  }

  return {
    ask,
    /** A query or mutation as the client of the product sends it. */
    call: (procedure: string, type: "query" | "mutation", input: unknown, cookie: string | undefined) => {
      const json = JSON.stringify({
        json: input ?? null,
        ...(input === undefined ? { meta: { values: ["undefined"] } } : {}),
      });
      const own: http.OutgoingHttpHeaders = cookie ? { cookie } : {};
      if (type === "query") {
        const query = input === undefined ? "" : `?input=${encodeURIComponent(json)}`;
        return ask(`/api/trpc/${procedure}${query}`, { headers: own });
      }
      const headers = { ...own, "content-type": "application/json", "x-clearway-request": "1" };
      return ask(`/api/trpc/${procedure}`, { method: "POST", headers, body: json });
    },
    /** Bytes as they are; the answer's first line. */
    raw: (bytes: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
        let text = "";
        socket.on("data", (chunk) => {
          text += chunk;
        });
        socket.on("close", () => resolve(text));
        socket.on("error", reject);
      }),
    close: () => agent.destroy(),
  };
}

export type PlainHttp = ReturnType<typeof plainHttp>;

/** Runs all, a few at a time, and keeps their order. */
export async function inTurns<T>(
  all: readonly T[],
  run: (one: T) => Promise<void>,
  width = 6,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await run(one);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
