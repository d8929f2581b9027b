import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { providerNames } from "../../functions/providers.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { moduleIn, placeOf, readFolder } from "./folder.ts";

/** A module with the events of somebody's own providers. */
export interface OwnUnion {
	text: string;
	types: readonly string[];
	/** folders without a provider */
	leftOut: readonly string[];
}

/** Written for where it will lie: it imports the providers from there. */
export function unionOf(providers: string, out: string): OwnUnion {
	const folder = placeOf(providers);
	const names = foldersIn(folder);
	const own = names.filter((name) => moduleIn(join(folder, name), "provider"));
	if (own.length === 0)
		throw wrong(
			`${folder} holds no provider: each is a folder in it, named like the provider, with a provider.ts.`,
		);
	const taken = own.filter((name) => providerNames.includes(name));
	if (taken.length > 0)
		throw wrong(
			`${taken.join(", ")} in ${folder}: providers that come with Billhook have this name. Give yours another.`,
		);
	const members = own.flatMap((name) => {
		const { provider } = readFolder(name, join(folder, name));
		const types = Object.keys(provider.events).sort();
		return types.map((type) => ({ name, type }));
	});
	const imports = own.map((name) => {
		const module = moduleIn(join(folder, name), "provider") ?? "";
		return `import ${variable(name)} from ${specifier(module, out)};`;
	});
	const isTyped = /\.[cm]?ts$/.test(out);
	const text = `// written by \`billhook generate\`
${isTyped ? typedImport : 'import { parserOf } from "billhook/events";'}
${imports.join("\n")}

const own = {
${members.map(({ name, type }) => `\t"${name}.${type}": ${variable(name)}.events["${type}"],`).join("\n")}
};
${isTyped ? types : ""}
/**
 * Reads a message of a queue, of these providers and of those that come with Billhook; with \`fetch\`, a large
 * event's data too. Of one \`subject\` and \`lane\`, keep the event with the greatest \`sequence\`.
 */
export const parse = parserOf(own);
`;
	return {
		text,
		types: members.map(({ name, type }) => `${name}.${type}`),
		leftOut: names.filter((name) => !own.includes(name)),
	};
}

const typedImport = `import {
	type BillhookEvent,
	type EventType as BuiltInType,
	parserOf,
	type TypeIn,
} from "billhook/events";`;

const types = `
/** Every type of event of these providers. */
export type OwnType = TypeIn<typeof own>;

/** Every type of event that \`parse\` knows. */
export type EventType = BuiltInType | OwnType;

/** An event of these providers; \`type\` tells which. */
export type OwnEvent<Type extends OwnType = OwnType> = BillhookEvent<
	Type,
	typeof own
>;
`;

function foldersIn(folder: string): string[] {
	if (!existsSync(folder)) throw wrong(`there is no folder ${folder}.`);
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name)
		.sort();
}

/** No word of the language, whatever the provider is called. */
function variable(name: string): string {
	return `${name.replace(/-+(.?)/g, (_, letter) => letter.toUpperCase())}Provider`;
}

/** As the project's compiler wants its imports written. */
function specifier(module: string, out: string): string {
	const path = relative(dirname(out), module).split(sep).join("/");
	const from = path.startsWith(".") ? path : `./${path}`;
	return JSON.stringify(from.replace(/\.ts$/, endingFor(out)));
}

/** What stands for a source's .ts: itself where that is allowed or nothing is compiled, .js in ESM, nothing in CommonJS. */
function endingFor(out: string): string {
	const config = nearest("tsconfig.json", out);
	const allowed =
		/"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/;
	if (config === undefined || allowed.test(config)) return ".ts";
	const isModule =
		out.endsWith(".mts") ||
		/"type"\s*:\s*"module"/.test(nearest("package.json", out) ?? "");
	return isModule ? ".js" : "";
}

/** The text of the file of this name in the folder of another, or in the nearest one above. */
function nearest(name: string, file: string): string | undefined {
	const folder = dirname(file);
	const path = join(folder, name);
	if (existsSync(path)) return readFileSync(path, "utf8");
	return basename(folder) === "" ? undefined : nearest(name, folder);
}

function wrong(says: string): ConfigurationError {
	return new ConfigurationError({ id: "billhook:provider-folder", says });
}
