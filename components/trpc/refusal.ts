import { TRPCClientError } from "@trpc/client";
import { isRefusalCode, type RefusalCode } from "@/domain/errors";

export type ToldError = {
  /** The typed code of a refusal; null where something broke. */
  code: RefusalCode | null;
  /** A sentence a person can act on. */
  sentence: string;
  /** What was wrong with each field that was entered. */
  fields: Record<string, string[] | undefined>;
  /** What the sentence is about, by the refusal's own names. */
  facts: Record<string, unknown>;
  /** The same request may succeed if it is sent again. */
  isTransient: boolean;
};

const UNREACHABLE = "Clearway cannot be reached. Nothing was changed; try again in a moment.";

/** What an error of a query or a mutation says, whatever it was. */
export function tell(error: unknown): ToldError {
  if (!(error instanceof TRPCClientError) || !error.data) {
    return { code: null, sentence: UNREACHABLE, fields: {}, facts: {}, isTransient: true };
  }
  const { refusal, fields, facts, httpStatus } = error.data as Record<string, unknown>;
  return {
    code: typeof refusal === "string" && isRefusalCode(refusal) ? refusal : null,
    sentence: error.message,
    fields: (fields ?? {}) as ToldError["fields"],
    facts: (facts ?? {}) as ToldError["facts"],
    isTransient: typeof httpStatus === "number" && httpStatus >= 500,
  };
}
