import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { loadBeside } from "../beside.ts";
import { defineCommand } from "../command/command.ts";
import { Misuse, Trouble } from "../trouble.ts";

export default defineCommand({
	name: "generate",
	summary: "a typed union of the events of providers of your own",
	description: `Reads every provider in the folder, as a synthesis would, and writes a module with their types and a
\`parse\` that knows them beside those that come with Billhook. A .js file has no types.`,
	options: {
		providers: {
			type: "string",
			value: "<folder>",
			says: "holds a folder for each provider; ./providers unless said",
		},
		out: {
			type: "string",
			value: "<file>",
			says: "the module to write; ./events.ts unless said",
		},
		check: {
			type: "boolean",
			says: "write nothing, and fail if it would change",
		},
	},
	examples: [
		["generate --providers ./providers --out ./events.ts", "write it"],
		["generate --check", "in CI: has a provider changed without it?"],
	],
	async run({ values, terminal }) {
		const { providers = "./providers", out = "./events.ts", check } = values;
		if (!/\.m?[jt]s$/.test(out))
			throw new Misuse(
				`--out is "${out}"; it takes a module: .ts, .mts, .js or .mjs.`,
			);
		const file = resolve(out);
		const { text, types, leftOut } = await makeUnion(providers, file);
		for (const name of leftOut)
			terminal.note(`Left out ${name}: it has no provider.ts.`);
		const isCurrent = existsSync(file) && readFileSync(file, "utf8") === text;
		const shown = relative("", file);
		if (isCurrent) terminal.note(`${shown} is as it should be.`);
		else if (check)
			throw new Trouble(
				`${shown} is out of date. Write it with billhook generate, and commit it.`,
			);
		else {
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, text);
			terminal.note(`Wrote ${shown}: ${types.join(", ")}.`);
		}
		return "done";
	},
});

type Making = typeof import("../../infra/build/own-union.ts");

async function makeUnion(providers: string, file: string) {
	const { unionOf } = await loadBeside<Making>("infra/build/own-union");
	try {
		return unionOf(providers, file);
	} catch (error) {
		if (error instanceof Error && error.name === "ConfigurationError")
			throw new Trouble(error.message);
		throw error;
	}
}
