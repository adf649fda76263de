import {
  givenBranchPolicy,
  givenGrant,
  givenInstallation,
  givenPerson,
  givenProduct,
  givenWorkItem,
} from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import type { Sha } from "@/domain/git/sha";
import { type Actor, type Grant, type PersonActor, systemActor } from "@/domain/people/actor";
import type { Role } from "@/domain/people/roles";
import type { Context } from "@/server/context";
import { givenCommit } from "@/server/git/testing/given-repository";
import { createRepository } from "../commands";
import { repositoryDirectory } from "../location";

export type World = {
  base: TestContext<Actor>;
  system: Context;
  product: { id: string; key: string };
  repository: { id: string; key: string; productId: string };
  directory: string;
  /** Asha: developer. Tara: tech lead. Both of the product only. */
  asha: PersonActor;
  tara: PersonActor;
  as: (actor: Actor) => Context;
  master: Sha;
  sprint: Sha;
};

/** A product with one real repository: master, an open sprint and the policies that let work be merged. */
export async function givenWorld(): Promise<World> {
  const base = await createTestContext<Actor>(systemActor("test"));
  const as = (actor: Actor): Context => ({ ...base, actor });
  const system = as(base.actor);
  await givenInstallation(base.db);
  const product = await givenProduct(base.db, { key: "payments", name: "Payments" });
  const asha = await givenActor(base, "Asha Rai", "developer", product.id);
  const tara = await givenActor(base, "Tara Lama", "tech_lead", product.id);
  await givenBranchPolicy(base.db, "sprint", { onTargetMoved: "recheck" });
  await givenBranchPolicy(base.db, "master", { onTargetMoved: "revote" });
  await givenWorkItem(base.db, product.id, { key: "PAY-412", title: "Retry timeouts" });
  const repository = await createRepository(system, {
    productId: product.id,
    key: "payments-api",
    name: "Payments API",
  });
  const directory = repositoryDirectory(system, repository);
  const master = await givenCommit(directory, { files: { "README.md": "payments\n" }, message: "First" });
  const sprint = await givenCommit(directory, {
    ref: "refs/heads/sprint/2026.21",
    parents: [master],
    files: { "sprint.md": "21\n" },
    message: "PAY-1: open the sprint",
    at: 1_770_000_100,
  });
  return { base, system, product, repository, directory, asha, tara, as, master, sprint };
}

export async function givenActor(
  base: TestContext<Actor>,
  name: string,
  role: Role,
  productId: string,
): Promise<PersonActor> {
  const email = `${name.split(" ")[0]?.toLowerCase()}@example.com`;
  const person = await givenPerson(base.db, { name, email });
  const scope = { kind: "product" as const, id: productId };
  await givenGrant(base.db, person.id, role, scope);
  const grants: Grant[] = [{ role, scope }];
  return { kind: "person", personId: person.id, name, email, grants };
}

/** A feature branch with one commit on top of `parent`. */
export function givenFeature(
  world: World,
  name: string,
  given: { parent?: Sha; message?: string; content?: string; at?: number; file?: string } = {},
): Promise<Sha> {
  return givenCommit(world.directory, {
    ref: `refs/heads/${name}`,
    parents: [given.parent ?? world.sprint],
    files: { [given.file ?? "retry.ts"]: given.content ?? "export const retries = 3;\n" },
    message: given.message ?? "PAY-412: retry timeouts",
    at: given.at ?? 1_770_000_200,
  });
}
