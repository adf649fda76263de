import { and, asc, eq, isNull } from "drizzle-orm";
import type { Db } from "@/db/client";
import { clients, environments, grants, people, products } from "@/db/schema";
import { DomainError, notFound } from "@/domain/errors";
import type { Role } from "@/domain/people/roles";
import { env } from "../env";
import { readInstallation } from "../settings/queries";
import { startSession } from "./sessions";

/** Both the configuration and the installation's own row must say so: neither alone lets anybody in. */
export async function isDemonstration(db: Db): Promise<boolean> {
  if (!env.demonstration) return false;
  return (await readInstallation(db))?.isDemonstration ?? false;
}

export type DemonstrationPerson = {
  id: string;
  name: string;
  title: string | null;
  roles: { role: Role; scope: string | null }[];
};

/** Everybody who can be picked, with their roles and where they hold: null is the whole organisation. */
export async function listDemonstrationPeople(db: Db): Promise<DemonstrationPerson[]> {
  if (!(await isDemonstration(db))) return [];
  const rows = await db
    .select({
      id: people.id,
      name: people.name,
      title: people.title,
      role: grants.role,
      product: products.name,
      client: clients.name,
      environment: environments.name,
    })
    .from(people)
    .leftJoin(grants, and(eq(grants.personId, people.id), isNull(grants.revokedAt)))
    .leftJoin(products, eq(products.id, grants.scopeId))
    .leftJoin(clients, eq(clients.id, grants.scopeId))
    .leftJoin(environments, eq(environments.id, grants.scopeId))
    .where(eq(people.isActive, true))
    .orderBy(asc(people.name), people.id, grants.createdAt, grants.id);
  const found = new Map<string, DemonstrationPerson>();
  for (const { id, name, title, role, ...scope } of rows) {
    const person = found.get(id) ?? { id, name, title, roles: [] };
    found.set(id, person);
    if (role) person.roles.push({ role, scope: scope.product ?? scope.client ?? scope.environment });
  }
  return [...found.values()];
}

/** Signs in as one of the demonstration's people. Nothing is asked, and nothing of this exists elsewhere. */
export async function signInForDemonstration(db: Db, personId: string, userAgent: string | null) {
  if (!(await isDemonstration(db)))
    throw new DomainError("FORBIDDEN", "People are picked in a demonstration only.");
  const [person] = await db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.id, personId), eq(people.isActive, true)));
  if (!person) throw notFound("person");
  return startSession(db, person.id, { userAgent });
}
