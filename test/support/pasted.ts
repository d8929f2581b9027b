import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const readme = join(import.meta.dirname, "../../README.md");

/** Writes README's own provider where its first lines say, as somebody would who pastes it; answers the files. */
export function pasteProvider(project: string): string[] {
	const blocks = readFileSync(readme, "utf8").matchAll(
		/^```ts\n(\/\/ (functions\/providers\/\S+)\n.*?)^```$/gms,
	);
	return Array.from(blocks, ([, text = "", path = ""]) => {
		mkdirSync(dirname(join(project, path)), { recursive: true });
		writeFileSync(join(project, path), text);
		return path;
	});
}
