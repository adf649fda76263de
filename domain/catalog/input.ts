import { z } from "zod";
import { line } from "@/domain/text/line";
import { COMPONENT_SCOPES } from "./components";
import { CatalogKey } from "./keys";

const name = line(80);
const reason = line(500).optional();

export const AddProduct = z.strictObject({ key: CatalogKey, name });
export type AddProduct = z.infer<typeof AddProduct>;

export const RenameProduct = z.strictObject({ productId: z.uuid(), name });
export type RenameProduct = z.infer<typeof RenameProduct>;

export const ReadCatalog = z.strictObject({
  productKey: z.string().max(60).optional(),
  scope: z.enum(COMPONENT_SCOPES).optional(),
  /** Part of a key or name of a repository or component. */
  search: z.string().max(100).optional(),
});
export type ReadCatalog = z.infer<typeof ReadCatalog>;

export const GetProduct = z.strictObject({ key: z.string().min(1).max(60) });
export type GetProduct = z.infer<typeof GetProduct>;

const componentShape = { key: CatalogKey, name, scope: z.enum(COMPONENT_SCOPES) };
export const NewComponent = z.strictObject(componentShape);
export type NewComponent = z.infer<typeof NewComponent>;

export const AddComponent = z.strictObject({
  ...componentShape,
  repositoryId: z.uuid(),
  /** Where it stands among its product's components; the end where it is not said. */
  position: z.number().int().min(0).max(999).optional(),
});
export type AddComponent = z.infer<typeof AddComponent>;

export const RenameComponent = z.strictObject({ componentId: z.uuid(), name });
export type RenameComponent = z.infer<typeof RenameComponent>;

export const RetireComponent = z.strictObject({ componentId: z.uuid(), reason });
export type RetireComponent = z.infer<typeof RetireComponent>;

export const ListClients = z.strictObject({
  search: z.string().max(100).optional(),
  isRetiredShown: z.boolean().default(false),
  page: z.number().int().min(1).max(10_000).default(1),
});
export type ListClients = z.infer<typeof ListClients>;

export const GetClient = z.strictObject({ key: z.string().min(1).max(60) });
export type GetClient = z.infer<typeof GetClient>;

export const AddClient = z.strictObject({
  key: CatalogKey,
  name,
  /** What it has from the beginning: components that are installed per client. */
  componentIds: z.array(z.uuid()).max(200).default([]),
});
export type AddClient = z.infer<typeof AddClient>;

export const RenameClient = z.strictObject({ clientId: z.uuid(), name });
export type RenameClient = z.infer<typeof RenameClient>;

export const RetireClient = z.strictObject({ clientId: z.uuid(), reason });
export type RetireClient = z.infer<typeof RetireClient>;

export const Subscribe = z.strictObject({ clientId: z.uuid(), componentId: z.uuid() });
export type Subscribe = z.infer<typeof Subscribe>;

export const EndSubscription = z.strictObject({ clientId: z.uuid(), componentId: z.uuid(), reason });
export type EndSubscription = z.infer<typeof EndSubscription>;
