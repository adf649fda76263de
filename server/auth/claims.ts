import { z } from "zod";

const line = z.string().trim().min(1);

const Claims = z.object({
  iss: line.max(500),
  sub: line.max(255),
  name: line.optional().catch(undefined),
  preferred_username: line.optional().catch(undefined),
  email: z.email().max(320).optional().catch(undefined),
  email_verified: z
    .union([z.boolean(), z.enum(["true", "false"]).transform((said) => said === "true")])
    .nullable()
    .default(null)
    .catch(null),
  iat: z.number().int().positive(),
  auth_time: z.coerce.number().int().positive().optional().catch(undefined),
});

const Groups = z.array(z.string().trim().min(1).max(300)).max(1000);

/** What the identity provider says of a person, as far as Clearway wants to know. */
export type ProviderClaims = {
  issuer: string;
  subject: string;
  name: string;
  /** Does the provider give a name, or is it taken from what there is? */
  isNamed: boolean;
  email: string | null;
  /** null where the provider does not say. */
  isEmailVerified: boolean | null;
  groups: string[];
  /** When the provider says that it says so. */
  issuedAt: Date;
  /** When they last proved who they are; null when the provider does not say. */
  authenticatedAt: Date | null;
};

/** The groups are there, but not in a form that can be read: nobody must lose their roles by that. */
export class UnreadableGroupsError extends Error {}

/** Reads the claims of a validated ID token. Throws where they are not of this issuer or the groups cannot be read. */
export function readClaims(
  given: unknown,
  settings: { issuer: string; groupsClaim: string },
): ProviderClaims {
  const claims = Claims.parse(given);
  const issuer = claims.iss.replace(/\/+$/, "");
  if (issuer !== settings.issuer) throw new Error(`the issuer is ${issuer}, and not ${settings.issuer}`);
  return {
    issuer,
    subject: claims.sub,
    name: (claims.name ?? claims.preferred_username ?? claims.email ?? claims.sub).slice(0, 200),
    isNamed: claims.name !== undefined,
    email: claims.email?.toLowerCase() ?? null,
    isEmailVerified: claims.email_verified,
    groups: readGroups(given as Record<string, unknown>, settings.groupsClaim),
    issuedAt: new Date(claims.iat * 1000),
    authenticatedAt: claims.auth_time === undefined ? null : new Date(claims.auth_time * 1000),
  };
}

function readGroups(claims: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = claims[name];
  if (value === undefined || value === null) {
    // Entra ID leaves them out when they are too many, and says where they could be asked for.
    const elsewhere = claims._claim_names;
    if (typeof elsewhere === "object" && elsewhere !== null && name in elsewhere) {
      throw new UnreadableGroupsError("the provider lists the groups elsewhere, because they are too many");
    }
    return [];
  }
  const read = Groups.safeParse(typeof value === "string" ? [value] : value);
  if (!read.success) throw new UnreadableGroupsError(`the claim ${name} is not a list of names`);
  return [...new Set(read.data)].sort();
}
