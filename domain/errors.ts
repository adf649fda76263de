/** Typed refusals. `status` is the HTTP meaning; `message` is a sentence a person can act on. */
export const REFUSALS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  INVALID: 400,
  CONFLICT: 409,
  TOO_LATE: 409,
  STALE_WRITE: 409,
  STALE_SUBJECT: 409,
  APPROVAL_CLOSED: 409,
  APPROVALS_MISSING: 409,
  ALREADY_VOTED: 409,
  FOUR_EYES: 403,
  NOT_ELIGIBLE: 403,
  APPROVER_INACTIVE: 403,
  STEP_UP_REQUIRED: 403,
  SELF_GRANT: 403,
  SECOND_ADMINISTRATOR: 403,
  SEPARATION_OF_DUTIES: 409,
  REJECTED: 409,
  GATES_OPEN: 409,
  ILLEGAL_TRANSITION: 409,
  IMMUTABLE: 409,
  SLOT_BUSY: 409,
  STALE_FENCE: 409,
  ENVIRONMENT_CLOSED: 409,
  UNSATISFIABLE: 409,
  ENVIRONMENT_RETIRED: 409,
  SLOT_HELD: 409,
  RELEASE_SEALED: 409,
  RELEASE_WITHDRAWN: 409,
  ROLLBACK_SCHEMA_INCOMPATIBLE: 409,
  NOTHING_TO_ROLL_BACK_TO: 409,
  MERGE_CONFLICT: 409,
  NOTHING_TO_MERGE: 409,
  RUNNER_OFF: 409,
  PIPELINE_INVALID: 400,
  AUDIT_MISSING: 500,
  AUDIT_IMMUTABLE: 409,
  UNAVAILABLE: 503,
  BUSY: 503,
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export class DomainError extends Error {
  readonly code: RefusalCode;
  readonly facts: Record<string, unknown>;
  constructor(code: RefusalCode, message: string, facts: Record<string, unknown> = {}) {
    super(message);
    this.name = "DomainError";
    this.code = code;
    this.facts = facts;
  }
}

export function isRefusalCode(value: string): value is RefusalCode {
  return Object.hasOwn(REFUSALS, value);
}

/** Same answer for what does not exist and for what the reader may not know to exist. */
export function notFound(noun: string): DomainError {
  return new DomainError("NOT_FOUND", `There is no such ${noun}, or you may not see it.`);
}

export function forbidden(sentence: string, facts: Record<string, unknown> = {}): DomainError {
  return new DomainError("FORBIDDEN", sentence, facts);
}

export function invalid(sentence: string, facts: Record<string, unknown> = {}): DomainError {
  return new DomainError("INVALID", sentence, facts);
}

export function conflict(sentence: string, facts: Record<string, unknown> = {}): DomainError {
  return new DomainError("CONFLICT", sentence, facts);
}
