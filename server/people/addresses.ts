import { eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { people, personAddresses } from "@/db/schema";

export type AddressOwner = {
  personId: string;
  name: string;
  /** Of people who were found to be one, the one who stayed. */
  canonicalId: string;
  /** False for an address that they had before. */
  isPresent: boolean;
};

/** How addresses are compared, and the keys of what `readOwners` returns. */
export function addressKey(address: string): string {
  return address.trim().toLowerCase();
}

/** Whose these addresses are, or were. */
export async function readOwners(db: Db, addresses: readonly string[]): Promise<Map<string, AddressOwner>> {
  const wanted = [...new Set(addresses.map(addressKey))];
  if (wanted.length === 0) return new Map();
  const rows = await db
    .select({
      address: personAddresses.address,
      personId: people.id,
      name: people.name,
      canonicalId: sql<string>`coalesce(${people.sameAsId}, ${people.id})`,
      isPresent: sql<boolean>`lower(trim(${people.email})) = ${personAddresses.address}`,
    })
    .from(personAddresses)
    .innerJoin(people, eq(people.id, personAddresses.personId))
    .where(inArray(personAddresses.address, wanted));
  return new Map(rows.map(({ address, ...owner }) => [address, owner]));
}

export async function readOwner(db: Db, address: string): Promise<AddressOwner | null> {
  return (await readOwners(db, [address])).get(addressKey(address)) ?? null;
}
