import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import type { BuildFailure } from "esbuild";
import type { Provider } from "../../functions/provider.ts";
import { ConfigurationError } from "../configuration-error.ts";
import type { Supplied } from "./bundle.ts";
import { bundleModule, explainFailure } from "./bundler.ts";
import { mistakesIn } from "./declaration.ts";

const endings = ["ts", "mts", "cts", "js", "mjs", "cjs"];

/** The provider of a folder outside the package: bundled, and that bundle evaluated. */
export function readFolder(
	name: string,
	from: string | URL,
): Required<Supplied> {
	const folder = placeOf(from);
	const file = moduleIn(folder, "provider");
	if (!file) throw wrong(explainMissing(folder, from));
	const code = bundle(file);
	const provider = evaluate<Provider>(code, file);
	if (typeof provider?.read !== "function")
		throw wrong(
			`${file} has no provider as its default export. Write \`export default defineProvider({ … })\`; in CommonJS, \`module.exports = defineProvider({ … })\`.`,
		);
	const mistakes = mistakesIn(provider);
	if (mistakes.length > 0)
		throw wrong(`${file} declares its provider wrongly:${list(mistakes)}`);
	if (provider.name !== name)
		throw wrong(
			`${file} is named "${provider.name}", but is called "${name}" here. A provider has one name: change one of the two.`,
		);
	return { provider, code };
}

/** A folder as the configuration names it: relative to the working directory, absolute, or a file: URL. */
export function placeOf(from: string | URL): string {
	return from instanceof URL || from.startsWith("file:")
		? fileURLToPath(from)
		: resolve(from);
}

/** A folder's module of this name, in whichever language it is written. */
export function moduleIn(folder: string, name: string): string | undefined {
	return endings
		.map((ending) => join(folder, `${name}.${ending}`))
		.find((file) => existsSync(file));
}

/** What a module of the folder exports, bundled as its provider is; undefined where there is no such module. */
export function loadModule<Exported>(
	folder: string,
	name: string,
): Exported | undefined {
	const file = moduleIn(folder, name);
	return file ? evaluate<Exported>(bundle(file), file) : undefined;
}

function explainMissing(folder: string, from: string | URL): string {
	const found = statSync(folder, { throwIfNoEntry: false });
	if (!found)
		return `there is no folder ${folder}, which is where "${from}" leads from the working directory, ${process.cwd()}.`;
	if (!found.isDirectory())
		return `${folder} is a file. Name the folder that holds provider.ts.`;
	return `${folder} has no provider.ts (or .${endings.slice(1).join(", .")}). Add one whose default export is made with defineProvider.`;
}

function bundle(file: string): string {
	try {
		return bundleModule(file);
	} catch (error) {
		const failure = error as BuildFailure;
		if (!failure.errors?.length) throw error;
		throw wrong(`${file} cannot be bundled:${list(explainFailure(failure))}`);
	}
}

/** What a bundle exports: ESM's default, or all of a CommonJS module. */
function evaluate<Exported>(code: string, file: string): Exported | undefined {
	const module: { exports: { default?: Exported } } = { exports: {} };
	const names = ["exports", "require", "module", "__filename", "__dirname"];
	try {
		const run = compileFunction(code, names, { filename: file });
		const require = createRequire(file);
		run(module.exports, require, module, file, dirname(file));
	} catch (error) {
		throw wrong(
			`${file} throws as it is loaded: ${error}${lineOf(error, code, file)}`,
		);
	}
	return module.exports.default ?? (module.exports as Exported);
}

/** The module of the bundle in which it was thrown: esbuild names each above its code. */
function lineOf(error: unknown, code: string, file: string): string {
	const { stack = "" } = error as Error;
	const [, after = ""] = stack.split(`${file}:`);
	const above = code.split("\n").slice(0, Number.parseInt(after, 10) || 0);
	const comment = above.findLast((line) => /^\/\/ \S+\.[cm]?[jt]s$/.test(line));
	return comment ? ` (in ${comment.slice(3)})` : "";
}

function list(lines: readonly string[]): string {
	return lines.map((line) => `\n      ${line}`).join("");
}

function wrong(says: string): ConfigurationError {
	return new ConfigurationError({ id: "billhook:provider-folder", says });
}
