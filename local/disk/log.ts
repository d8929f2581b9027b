import { appendFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Log {
	append(line: string): void;
}

export interface LogOptions {
	/** that of one file, and how many of them there are at most */
	fileBytes?: number;
	files?: number;
	now?: () => Date;
	/** told once what went wrong: a line that cannot be kept stops nothing */
	onTrouble: (error: unknown) => void;
}

/** The functions' log lines, as CloudWatch Logs would keep them: in files whose names sort by time, the oldest of which go. */
export function openLog(
	folder: string,
	{
		fileBytes = 16 * 1024 * 1024,
		files = 4,
		now = () => new Date(),
		onTrouble,
	}: LogOptions,
): Log {
	let file = namesIn(folder).at(-1) ?? newName();
	let bytes =
		statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0;

	let troubled = false;

	function newName(): string {
		return `${now().toISOString().replaceAll(":", "-")}.jsonl`;
	}

	function turn(): void {
		const next = newName();
		// within one millisecond
		if (next <= file) return;
		file = next;
		bytes = 0;
		for (const old of namesIn(folder).slice(0, -(files - 1)))
			rmSync(join(folder, old), { force: true });
	}

	function write(text: string): void {
		const size = Buffer.byteLength(text);
		if (bytes > 0 && bytes + size > fileBytes) turn();
		appendFileSync(join(folder, file), text, { mode: 0o600 });
		bytes += size;
	}

	return {
		append(line) {
			try {
				write(`${line}\n`);
			} catch (error) {
				if (!troubled) onTrouble(error);
				troubled = true;
			}
		},
	};
}

function namesIn(folder: string): string[] {
	return readdirSync(folder)
		.filter((name) => name.endsWith(".jsonl"))
		.sort();
}
