import {
  Composer,
  type CST,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  type YAMLError,
} from "yaml";
import { checkPipeline } from "@/domain/pipelines/check-definition";
import type { FilePath, PipelineDefinition } from "@/domain/pipelines/definition";

export const MAX_FILE_BYTES = 64 * 1024;
const MAX_DEPTH = 20;
const MAX_ERRORS = 20;

export type PipelineFileError = { readonly line: number; readonly column: number; readonly message: string };

export type PipelineFileResult =
  | { readonly ok: true; readonly definition: PipelineDefinition }
  | { readonly ok: false; readonly errors: readonly PipelineFileError[] };

/** Carries the offset of what is wrong with the text to the one place that knows lines. */
class Refusal extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Reads `.clearway/pipeline.yaml`. The text is untrusted: its size and depth are bounded before anything recursive
 * sees it, and anchors, aliases, tags, merge keys and directives are refused. Lines and columns count from 1.
 */
export function parsePipelineFile(text: string): PipelineFileResult {
  const lines = new LineCounter();
  const at = (offset: number, message: string): PipelineFileError => {
    const { line, col } = lines.linePos(Math.max(0, offset));
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  if (Buffer.byteLength(text) > MAX_FILE_BYTES) {
    return refused([{ line: 1, column: 1, message: "The file is larger than 64 kB." }]);
  }
  try {
    lines.addNewLine(0);
    refuseCharacters(text, lines);
    const places = new Places();
    const value = compose(text, places);
    const check = checkPipeline(value);
    if (check.ok) return check;
    return refused(
      check.problems.map((problem) => at(places.find(problem.path, problem.at), problem.message)),
    );
  } catch (error) {
    if (error instanceof Refusal) return refused([at(error.offset, error.message)]);
    throw error;
  }
}

function refused(errors: PipelineFileError[]): PipelineFileResult {
  const inOrder = errors.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { ok: false, errors: inOrder.slice(0, MAX_ERRORS) };
}

function refuseCharacters(text: string, lines: LineCounter): void {
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === 0x0a) lines.addNewLine(offset + 1);
    const isControl = (code < 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) || code === 0x7f;
    if (isControl) {
      const hex = code.toString(16).padStart(2, "0");
      throw new Refusal(offset, `The file holds a control character (0x${hex}) that cannot be part of it.`);
    }
    if (code === 0xfffd) throw new Refusal(offset, "The file is not valid UTF-8 text.");
  }
}

function compose(text: string, places: Places): unknown {
  const tokens = [...new Parser().parse(text)];
  for (const token of tokens) refuseSyntax(token);
  const documents = [
    ...new Composer({
      schema: "core",
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      strict: true,
    }).compose(tokens),
  ];
  const [document, second] = documents;
  const [problem] = document?.errors ?? [];
  if (problem !== undefined) throw new Refusal(problem.pos[0], syntaxMessage(problem));
  if (second !== undefined)
    throw new Refusal(second.range[0], "The file must hold one YAML document, without ---.");
  if (!document?.contents) throw new Refusal(0, "The file is empty.");
  if (!isMap(document.contents)) {
    throw new Refusal(document.contents.range[0], "The file must be a mapping that begins with version: 1.");
  }
  return toPlain(document.contents, [], places);
}

/** Walks the tokens without recursion, so that depth is known before the composer recurses. */
function refuseSyntax(root: CST.Token): void {
  const pending: { token: CST.Token; depth: number }[] = [{ token: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (token.type === "directive" || token.type === "directive-line") {
      throw new Refusal(token.offset, "YAML directives (%) are not used here.");
    }
    if (token.type === "alias" || token.type === "anchor") {
      throw new Refusal(
        token.offset,
        "Anchors and aliases (& and *) are not used here; write the value out.",
      );
    }
    if (token.type === "tag") throw new Refusal(token.offset, "YAML tags (!) are not used here.");
    refuseUnclosed(token);
    const isCollection =
      token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection";
    const inner = isCollection ? depth + 1 : depth;
    if (inner > MAX_DEPTH)
      throw new Refusal(token.offset, `The file is nested deeper than ${MAX_DEPTH} levels.`);
    for (const child of childrenOf(token)) pending.push({ token: child, depth: inner });
  }
}

function refuseUnclosed(token: CST.Token): void {
  if (token.type === "double-quoted-scalar" || token.type === "single-quoted-scalar") {
    const isClosed = token.source.length > 1 && token.source.at(-1) === token.source[0];
    if (!isClosed) throw new Refusal(token.offset, "This quote is opened and never closed.");
  }
  if (token.type === "flow-collection") {
    const isClosed = token.end.some((part) => part.type === "flow-map-end" || part.type === "flow-seq-end");
    if (!isClosed) throw new Refusal(token.start.offset, "This bracket is opened and never closed.");
  }
}

function childrenOf(token: CST.Token): CST.Token[] {
  switch (token.type) {
    case "document":
      return token.value === undefined ? token.start : [...token.start, token.value];
    case "block-scalar":
      return token.props;
    case "block-map":
    case "block-seq":
    case "flow-collection":
      return token.items.flatMap((item) => {
        const parts: CST.Token[] = [...item.start];
        if (item.key) parts.push(item.key);
        if (item.sep) parts.push(...item.sep);
        if (item.value) parts.push(item.value);
        return parts;
      });
    default:
      return [];
  }
}

function syntaxMessage(error: YAMLError): string {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "Tab characters cannot indent YAML; use spaces.";
    case "BAD_INDENT":
      return "The indentation of this line does not fit the lines before it.";
    case "MULTIPLE_DOCS":
      return "The file must hold one YAML document, without ---.";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return "A mapping cannot begin here; check the line breaks, and quote text that holds a colon.";
    case "MISSING_CHAR":
      return "Something is missing here, such as a colon, a comma or a closing quote.";
    default:
      return `This is not valid YAML: ${error.message}.`;
  }
}

/** Where each value, and the key that names it, stands in the text. */
class Places {
  readonly #keys = new Map<string, number>();
  readonly #values = new Map<string, number>();

  set(path: FilePath, key: number | null, value: number): void {
    const name = JSON.stringify(path);
    if (key !== null) this.#keys.set(name, key);
    this.#values.set(name, value);
  }

  /** The offset of the path; of the nearest thing around it when the file does not have it. */
  find(path: FilePath, at: "key" | "value"): number {
    const name = JSON.stringify(path);
    const exact = at === "key" ? this.#keys.get(name) : this.#values.get(name);
    if (exact !== undefined) return exact;
    if (path.length === 0) return 0;
    const parent = path.slice(0, -1);
    return this.find(parent, this.#keys.has(JSON.stringify(parent)) ? "key" : "value");
  }
}

function toPlain(node: Node | null, path: FilePath, places: Places): unknown {
  if (node === null) return null;
  if (isScalar(node)) return node.value;
  if (isSeq<Node | null>(node)) {
    return node.items.map((item, index) => {
      const inner = [...path, index];
      places.set(inner, null, item?.range?.[0] ?? places.find(path, "value"));
      return toPlain(item, inner, places);
    });
  }
  if (!isMap<Node, Node | null>(node)) throw new Refusal(node.range?.[0] ?? 0, "This is not a plain value.");
  const plain: Record<string, unknown> = {};
  for (const { key, value } of node.items) {
    const offset = key.range?.[0] ?? 0;
    if (!isScalar(key) || typeof key.value !== "string") {
      throw new Refusal(
        offset,
        "A key must be plain text; put it in quotes if it looks like a number or a list.",
      );
    }
    if (key.value === "__proto__" || key.value === "<<") {
      throw new Refusal(offset, `"${key.value}" cannot be a key here.`);
    }
    if (Object.hasOwn(plain, key.value)) throw new Refusal(offset, `The key "${key.value}" appears twice.`);
    const inner = [...path, key.value];
    places.set(inner, offset, value?.range?.[0] ?? offset);
    plain[key.value] = toPlain(value, inner, places);
  }
  return plain;
}
