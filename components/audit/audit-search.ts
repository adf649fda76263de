import { addressOf, numberOf, type SearchParams, textOf } from "@/components/portal/address";
import type { ListAudit } from "@/domain/audit/input";

export type AuditAddress = {
  actor?: string | undefined;
  action?: string | undefined;
  subject?: string | undefined;
  productKey?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
  before?: number | undefined;
};

export function readAuditSearch(params: SearchParams): AuditAddress {
  return {
    actor: textOf(params, "actor", 100),
    action: textOf(params, "action", 100),
    subject: textOf(params, "subject", 200),
    productKey: textOf(params, "product"),
    from: dayOf(params, "from"),
    until: dayOf(params, "until"),
    before: numberOf(params, "before"),
  };
}

function dayOf(params: SearchParams, name: string): string | undefined {
  const text = textOf(params, name, 10);
  const isDay = text && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
  return isDay ? text : undefined;
}

/** Without what is not set: a query's key is the same on both sides only if its input is. */
export function auditInput(address: AuditAddress): ListAudit {
  const { actor, action, subject, productKey, from, until, before } = address;
  return {
    limit: 50,
    ...(actor ? { actor } : {}),
    ...(action ? { action } : {}),
    ...(subject ? { subject } : {}),
    ...(productKey ? { productKey } : {}),
    ...(from ? { from } : {}),
    ...(until ? { until } : {}),
    ...(before ? { before } : {}),
  };
}

export function auditHref(address: AuditAddress, path = "/audit"): string {
  const { productKey, ...rest } = address;
  return addressOf(path, { ...rest, product: productKey });
}
