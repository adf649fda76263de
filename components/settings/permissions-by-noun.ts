export type Permissions = Readonly<Record<string, readonly string[]>>;

export type NounPermissions = {
  noun: string;
  actions: readonly { permission: string; action: string; roles: readonly string[] }[];
};

/** "pullRequests.open" stands under "Pull requests" as "open". Nouns and actions keep the table's own order. */
export function permissionsByNoun(permissions: Permissions): NounPermissions[] {
  const groups = new Map<string, NounPermissions["actions"][number][]>();
  for (const [permission, roles] of Object.entries(permissions)) {
    const [noun = permission, action = ""] = permission.split(".");
    const group = groups.get(noun) ?? [];
    group.push({ permission, action: inWords(action), roles });
    groups.set(noun, group);
  }
  return [...groups].map(([noun, actions]) => ({ noun: capitalised(inWords(noun)), actions }));
}

function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
