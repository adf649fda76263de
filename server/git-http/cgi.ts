type CgiHead = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What came after the head in the same chunk. */
  readonly body: Buffer;
};

const MAX_HEAD_BYTES = 16 * 1024;
const PASSED_ON = new Set(["content-type", "cache-control", "content-length", "expires", "pragma"]);

/** Collects chunks until the head of a CGI answer is complete, and tells it once. */
export function createCgiReader(onHead: (head: CgiHead) => void): (chunk: Buffer) => void {
  let read = Buffer.alloc(0);
  let isDone = false;
  return (chunk) => {
    if (isDone) return;
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf("\r\n\r\n");
    if (end === -1 && read.length <= MAX_HEAD_BYTES) return;
    isDone = true;
    const head = end === -1 ? "Status: 502 Bad Gateway" : read.subarray(0, end).toString("latin1");
    onHead({ ...parseHead(head), body: end === -1 ? Buffer.alloc(0) : read.subarray(end + 4) });
  };
}

function parseHead(text: string): { status: number; headers: Record<string, string> } {
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of text.split("\r\n")) {
    const [, name = "", value = ""] = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === "status") status = Number(/^\d{3}/.exec(value)?.[0] ?? 502);
    else if (PASSED_ON.has(name.toLowerCase())) headers[name] = value;
  }
  return { status, headers };
}
