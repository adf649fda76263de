export type RefusedCode =
  | "stale_source"
  | "stale_target"
  | "conflict"
  | "blocked_by_policy"
  | "not_mergeable"
  | "forbidden"
  | "already_done"
  | "invalid"
  | "not_found";

/** `unreachable`: the connection was never made, so nothing was sent. After the others the effect may be there. */
export type IndeterminateCause = "timeout" | "5xx" | "conn_reset" | "parse" | "unreachable";

/** What is known after asking another system for an effect. Indeterminate must be followed by a read-back. */
export type Outcome<T> =
  | { readonly kind: "confirmed"; readonly value: T }
  | { readonly kind: "refused"; readonly code: RefusedCode; readonly detail: string }
  | {
      readonly kind: "indeterminate";
      readonly cause: IndeterminateCause;
      readonly detail: string;
      /** What the other system asked for, in seconds. */
      readonly retryAfter?: number;
    };
