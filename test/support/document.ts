import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

export interface Document {
	text: string;
	/** the one block that says so, which thereby counts as tried */
	block(part: string): string;
	/** blocks that nobody asked for */
	untried(): string[];
}

/** A page of the project and the code in it, all of which is to be tried. */
export function openDocument(path: string): Document {
	const text = readFileSync(join(root, path), "utf8");
	const blocks = [...text.matchAll(/^```\w+\n(.*?)^```$/gms)].map(
		([, block = ""]) => block,
	);
	const tried = new Set<string>();
	return {
		text,
		block(part) {
			const found = blocks.filter((block) => block.includes(part));
			expect(found, part).toHaveLength(1);
			const [block = ""] = found;
			tried.add(block);
			return block;
		},
		untried: () => blocks.filter((block) => !tried.has(block)),
	};
}

// an npm that runs this test hands its own settings down
const outside = Object.fromEntries(
	Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST)/i.test(name)),
);

/** The variables of somebody's shell where npm has installed the packages. */
export const shellEnvironment = {
	...outside,
	PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`,
};

/** A shell block as somebody would run it; one that fails says all that it printed. */
export async function shell(
	text: string,
	cwd: string,
	more: NodeJS.ProcessEnv = {},
) {
	const env = { ...shellEnvironment, ...more };
	const words = ["-euo", "pipefail", "-c", text];
	return run("bash", words, { cwd, env }).catch((error) => {
		error.message += error.stdout;
		throw error;
	});
}
