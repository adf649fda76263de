export type Choice = { key: string; name: string };

/** The choices whose name or key has every typed word; those that begin with what was typed come first. */
export function choicesLike<C extends Choice>(choices: readonly C[], typed: string): readonly C[] {
  const wanted = plain(typed).trim();
  if (wanted === "") return choices;
  const words = wanted.split(/\s+/);
  const found = choices.flatMap((choice) => {
    const name = plain(choice.name);
    const key = plain(choice.key);
    if (!words.every((word) => name.includes(word) || key.includes(word))) return [];
    return { choice, isFirst: name.startsWith(wanted) || key.startsWith(wanted) };
  });
  return [...found.filter(({ isFirst }) => isFirst), ...found.filter(({ isFirst }) => !isFirst)].map(
    ({ choice }) => choice,
  );
}

/** Without case and accents: "Zürich" is found by "zur". */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
