import http from "node:http";

/** What a tab has: one kept connection for its calls, its session's cookie, and one stream of live events. */
export class PortalClient {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly origin: string,
    private readonly cookie: string,
  ) {}

  /** Calls a mutation; milliseconds until its answer was read. Throws when it was refused. */
  async mutate(procedure: string, input: unknown): Promise<number> {
    const body = JSON.stringify({ json: input });
    const began = performance.now();
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = http.request(
        `${this.origin}/api/trpc/${procedure}`,
        {
          method: "POST",
          agent: this.#agent,
          headers: {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "x-clearway-request": "1",
            cookie: this.cookie,
            origin: this.origin,
          },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      request.on("error", reject);
      request.end(body);
    });
    const took = performance.now() - began;
    if (status !== 200) throw new Error(`${procedure} answered ${status}: ${text.slice(0, 300)}`);
    return took;
  }

  /** Subscribes as the portal does. `hear` is called with topic and id as soon as an event has arrived. */
  async listen(hear: (topic: string, id: string) => void): Promise<void> {
    const headers = { cookie: this.cookie, accept: "text/event-stream" };
    await new Promise<void>((resolve, reject) => {
      const request = http.get(
        `${this.origin}/api/trpc/live.events`,
        { headers, agent: false },
        (response) => {
          if (response.statusCode !== 200)
            return reject(new Error(`live.events answered ${response.statusCode}`));
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
            const lines = text.split("\n");
            text = lines.pop() ?? "";
            for (const line of lines) {
              const told = /^data: (\{.*"topic".*\})$/.exec(line)?.[1];
              if (!told) continue;
              const { json } = JSON.parse(told) as { json: { topic: string; id: string } };
              if (json.topic === "everything") resolve();
              hear(json.topic, json.id);
            }
          });
        },
      );
      request.on("error", reject);
      this.close = () => {
        request.destroy();
        this.#agent.destroy();
      };
    });
  }

  close: () => void = () => this.#agent.destroy();
}
