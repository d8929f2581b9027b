import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes the whole file or none of it, readable by its owner alone; without a flush only the machine's own end can take it back. */
export function writeJson(file: string, value: unknown, flush = true): void {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	const half = `${file}.${process.pid}.half`;
	writeFileSync(half, `${JSON.stringify(value, null, "\t")}\n`, {
		mode: 0o600,
		flush,
	});
	renameSync(half, file);
}

/** What the file holds; nothing, if it is not there. */
export function readJson(file: string): unknown {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw new Error(`${file} is not JSON: ${(error as Error).message}`);
	}
}
