import { SaxesParser, type SaxesTagPlain } from "saxes";
import { MAX_TEST_CASES, type TestCase, type TestOutcome } from "@/domain/pipelines/test-results";

export type JunitReading = {
  readonly cases: readonly TestCase[];
  /** Why the file could not be read, or not to its end; null when all is well. Cases before the mistake are told. */
  readonly problem: string | null;
};

const MAX_DEPTH = 64;
const MAX_NAME = 500;
const MAX_MESSAGE = 1000;
const MAX_DETAILS = 8000;
/** Stack traces of a whole file together: a broken build fails every test with the same long one. */
const MAX_ALL_DETAILS = 4 * 1024 * 1024;

class Refusal extends Error {}

type Draft = { -readonly [K in keyof TestCase]: TestCase[K] };

/**
 * Reads a JUnit file of any dialect: suites nested or not, with classes or without. Entities of a document type are
 * never looked up: one that is used is a mistake of the file. Run it in the jail.
 */
export function parseJunit(bytes: Uint8Array, maxCases = MAX_TEST_CASES): JunitReading {
  const reader = new Reader(maxCases);
  try {
    reader.read(decodeXml(bytes));
    return {
      cases: reader.cases,
      problem: reader.isCut ? `Only its first ${maxCases} tests are kept.` : null,
    };
  } catch (error) {
    return { cases: reader.cases, problem: sentenceOf(error) };
  }
}

/** By its byte order mark, or by what its first line says; otherwise UTF-8. */
function decodeXml(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const named = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*\sencoding=["']([A-Za-z0-9._-]{1,40})["']/.exec(
    head,
  )?.[1];
  try {
    return new TextDecoder(named && !/^utf-16/i.test(named) ? named : "utf-8").decode(bytes);
  } catch {
    throw new Refusal(`Its encoding "${named}" is not known here.`);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (!(error instanceof Error)) return "It cannot be read.";
  const [, line, column, what] = /^(\d+):(\d+): (.*)$/s.exec(error.message) ?? [];
  return line
    ? `Line ${line}, column ${Number(column)}: ${what?.slice(0, 200)}`
    : error.message.slice(0, 300);
}

class Reader {
  readonly cases: TestCase[] = [];
  isCut = false;
  readonly #maxCases: number;
  readonly #suites: string[] = [];
  #depth = 0;
  #current: Draft | null = null;
  /** Inside a failure, an error or a reason to skip: its text is the details. */
  #text: string | null = null;
  #detailsLeft = MAX_ALL_DETAILS;

  constructor(maxCases: number) {
    this.#maxCases = maxCases;
  }

  read(xml: string): void {
    const parser = new SaxesParser({ xmlns: false, position: true });
    parser.on("opentag", (tag) => this.#open(tag));
    parser.on("closetag", (tag) => this.#close(tag.name));
    parser.on("text", (text) => this.#add(text));
    parser.on("cdata", (text) => this.#add(text));
    if (xml.trim() === "") throw new Refusal("It is empty.");
    parser.write(xml).close();
  }

  #open({ name, attributes }: SaxesTagPlain): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Refusal(`It is nested deeper than ${MAX_DEPTH} levels.`);
    if (this.#depth === 1 && name !== "testsuites" && name !== "testsuite") {
      throw new Refusal(`It is not a JUnit file: it begins with <${name.slice(0, 40)}>.`);
    }
    if (name === "testsuite") this.#suites.push(attributes.name ?? "");
    else if (name === "testcase") this.#begin(attributes);
    else if (this.#current) this.#judge(this.#current, name, attributes);
  }

  #begin(attributes: Record<string, string>): void {
    const status = (attributes.status ?? attributes.result ?? "").toLowerCase();
    const isLeftOut = ["notrun", "disabled", "skipped", "suppressed", "ignored"].includes(status);
    this.#current = {
      suite: cut(attributes.classname || this.#suites.findLast((suite) => suite !== "") || "", MAX_NAME),
      name: cut(attributes.name || "(without a name)", MAX_NAME),
      file: attributes.file ? cut(attributes.file, MAX_NAME) : null,
      outcome: isLeftOut ? "skipped" : "passed",
      durationMs: millisecondsOf(attributes.time),
      message: null,
      details: null,
      isRetried: false,
    };
  }

  #judge(current: Draft, name: string, attributes: Record<string, string>): void {
    const outcome = OUTCOMES[name];
    if (name === "flakyFailure" || name === "flakyError") current.isRetried = true;
    if (outcome === undefined) return;
    // An error says more than a failure, a failure more than a skip.
    if (WEIGHT[outcome] > WEIGHT[current.outcome]) current.outcome = outcome;
    current.message ??= attributes.message || attributes.type || null;
    this.#text = "";
  }

  #add(text: string): void {
    if (this.#text !== null && this.#text.length < MAX_DETAILS) this.#text += text;
  }

  #close(name: string): void {
    this.#depth -= 1;
    const current = this.#current;
    if (name === "testsuite") this.#suites.pop();
    else if (name === "testcase" && current) {
      this.#current = null;
      if (this.cases.length >= this.#maxCases) this.isCut = true;
      else this.cases.push({ ...current, message: current.message && cut(current.message, MAX_MESSAGE) });
    } else if (current && OUTCOMES[name] !== undefined) this.#endText(current);
  }

  #endText(current: Draft): void {
    const text = cut((this.#text ?? "").trim(), Math.min(MAX_DETAILS, this.#detailsLeft));
    this.#text = null;
    if (text === "") return;
    this.#detailsLeft -= text.length;
    current.message ??= text.split("\n", 1)[0] ?? null;
    current.details = current.details === null ? text : cut(`${current.details}\n\n${text}`, MAX_DETAILS);
  }
}

const OUTCOMES: Readonly<Record<string, TestOutcome>> = {
  failure: "failed",
  error: "errored",
  skipped: "skipped",
};

const WEIGHT: Readonly<Record<TestOutcome, number>> = { passed: 0, skipped: 1, failed: 2, errored: 3 };

function cut(text: string, max: number): string {
  const whole = text.replaceAll("\u0000", "\ufffd");
  return (whole.length <= max ? whole : `${whole.slice(0, Math.max(0, max - 1))}…`).toWellFormed();
}

/** Seconds as people's tools write them: "0.288", "0,288", "1,234.5"; null for anything else. */
export function millisecondsOf(time: string | undefined): number | null {
  const text = (time ?? "").trim();
  const plain = text.includes(".") ? text.replaceAll(",", "") : text.replace(",", ".");
  if (!/^\d{1,9}(\.\d+)?(e-?\d{1,2})?$/i.test(plain)) return null;
  return Math.min(Math.round(Number(plain) * 1000), 2_147_483_647);
}
