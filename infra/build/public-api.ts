import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The file in which the package's public declarations stand. */
export const apiFile = "api/billhook.d.ts";

const head = `// written by \`npm run generate\`: what each export of the package declares, so that a change of it shows in review
`;

/** The emitted declarations of every export, and of what they are made of, in one text. */
export function publicApi(): string {
	const folder = mkdtempSync(join(tmpdir(), "billhook-declarations-"));
	try {
		emit(folder);
		const files = reachable(folder, entries());
		return head + files.map((file) => section(folder, file)).join("");
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function emit(folder: string): void {
	const typescript = createRequire(import.meta.url).resolve(
		"typescript/package.json",
	);
	const project = ["-p", join(root, "tsconfig.build.json")];
	execFileSync(
		process.execPath,
		[
			join(typescript, "../bin/tsc"),
			...project,
			"--emitDeclarationOnly",
			"--outDir",
			folder,
		],
		{ stdio: ["ignore", "inherit", "inherit"] },
	);
}

/** The declarations that package.json names for its exports, by their place below dist/. */
export function entries(): string[] {
	const { exports } = JSON.parse(
		readFileSync(join(root, "package.json"), "utf8"),
	) as { exports: Readonly<Record<string, string | { types: string }>> };
	return Object.values(exports).flatMap((target) =>
		typeof target === "string" ? [] : [target.types.replace("./dist/", "")],
	);
}

/** The files and whatever of ours they import, each once, as they are met. */
function reachable(folder: string, from: readonly string[]): string[] {
	const found = new Set(from);
	for (const file of found)
		for (const [, target = ""] of read(folder, file).matchAll(
			/(?:from|import\() ?"(\.[^"]+)"/g,
		))
			found.add(
				join(dirname(file), target.replace(/(\.d)?\.(ts|js)$/, ".d.ts")),
			);
	return [...found];
}

function section(folder: string, file: string): string {
	return `\n// ${file}\n${read(folder, file)}`;
}

function read(folder: string, file: string): string {
	return readFileSync(join(folder, file), "utf8");
}
