import { createInterface } from "node:readline";
import { Misuse } from "../trouble.ts";
import { defineOptions } from "./command.ts";
import type { Terminal } from "./terminal.ts";

export const idsOption = defineOptions({
	ids: {
		type: "string",
		value: "-",
		says: "read the ids from stdin: what a list printed, with or without --json",
	},
});

/** The ids that were typed, or that a list hands over: the first word of each line, or the `id` of its JSON. */
export async function readIds(
	words: readonly string[],
	{ ids }: { ids?: string },
	{ stdin }: Pick<Terminal, "stdin">,
): Promise<string[]> {
	if (ids === undefined) return [...new Set(words)];
	if (ids !== "-")
		throw new Misuse(`--ids takes "-", for stdin; ids are typed as they are.`);
	if (words.length > 0)
		throw new Misuse("Type the ids, or read them with --ids -; not both.");
	const found = new Set<string>();
	for await (const line of createInterface({ input: stdin })) {
		const id = idIn(line);
		if (id !== undefined) found.add(id);
	}
	return [...found];
}

function idIn(line: string): string | undefined {
	const text = line.trim();
	if (text === "") return undefined;
	if (!text.startsWith("{")) return text.split(/\s/, 1)[0];
	try {
		const { id } = JSON.parse(text);
		if (typeof id === "string") return id;
	} catch {
		// told below, as for an object without one
	}
	throw new Misuse("A line of stdin is JSON without an id.");
}
