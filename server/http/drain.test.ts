import http, { type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { drain, trackStreams } from "./drain";

type Started = { server: Server; port: number; streams: ReadonlySet<ServerResponse>; held: ServerResponse[] };

/** /slow is answered when the test says so, /stream never ends, everything else at once. */
async function start(): Promise<Started> {
  const held: ServerResponse[] = [];
  const server = http.createServer((req, res) => {
    if (req.url === "/slow") return void held.push(res);
    if (req.url === "/stream") {
      res.setHeader("Content-Type", "text/event-stream");
      return void res.write("data: 1\n\n");
    }
    res.end("done");
  });
  const streams = trackStreams(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port, streams, held };
}

function ask(port: number, path: string, agent: http.Agent | false = false) {
  let began: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    began = resolve;
  });
  const answer = new Promise<string>((resolve) => {
    const req = http.get({ host: "127.0.0.1", port, path, agent }, (res) => {
      let body = "";
      res.on("data", (chunk) => {
        body += chunk;
        began();
      });
      res.on("end", () => resolve(body));
      res.on("error", () => resolve("cut"));
    });
    req.on("error", () => resolve("refused"));
  });
  return { answer, hasBegun };
}

async function until(isSo: () => boolean) {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("during the notice everything is still answered; afterwards nothing new is, and what was under way is", async () => {
  const { server, port, held } = await start();
  const slow = ask(port, "/slow");
  await until(() => held.length === 1);
  // Long enough for an answer on a busy machine; nothing else tells when the notice is over.
  const ended = drain(server, new Set(), { noticeMs: 1_500, finishMs: 60_000 });
  expect(await ask(port, "/").answer).toBe("done");
  await until(() => !server.listening);
  expect(await ask(port, "/").answer).toBe("refused");
  held[0]?.end("late but whole");
  expect(await slow.answer).toBe("late but whole");
  await ended;
});

test("a stream is cut, so that its tab comes back elsewhere", async () => {
  const { server, port, streams } = await start();
  const stream = ask(port, "/stream");
  await stream.hasBegun;
  await drain(server, streams, { noticeMs: 0, finishMs: 60_000 });
  expect(await stream.answer).toBe("cut");
  expect(streams.size).toBe(0);
});

test("a kept connection that is idle holds nothing up", async () => {
  const { server, port } = await start();
  const agent = new http.Agent({ keepAlive: true });
  expect(await ask(port, "/", agent).answer).toBe("done");
  await drain(server, new Set(), { noticeMs: 0, finishMs: 60_000 });
  agent.destroy();
});

test("what does not finish is cut in the end", async () => {
  const { server, port, held } = await start();
  const slow = ask(port, "/slow");
  await until(() => held.length === 1);
  await drain(server, new Set(), { noticeMs: 0, finishMs: 50 });
  expect(await slow.answer).toBe("refused");
});
