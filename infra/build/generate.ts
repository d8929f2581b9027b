import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { providers } from "../../functions/providers.ts";
import { documented } from "../../ops/command/document.ts";
import { commands } from "../../ops/commands.ts";
import { asyncApi } from "./asyncapi.ts";
import { eventSchema, schemaFile } from "./event-schema.ts";
import { apiFile, publicApi } from "./public-api.ts";

const root = join(import.meta.dirname, "../..");
const union = "functions/events.generated.ts";
const folder = "schemas";

const help = `Writes what consumers build on, from the providers' own schemas and the commands' declarations:

  ${union}   every type of event, for billhook/events
  ${folder}/<type>.json             the JSON Schema of each; any.json, of a type that is not known beforehand
  ${folder}/asyncapi.json           AsyncAPI 3: a channel for each queue
  ${folder}/ops/<command>.json      the JSON Schema of a line of its --json
  docs/commands.md                each command, its options and examples
  ${apiFile}               the declarations of every export

  npm run generate                  write them
  npm run generate -- --check       write nothing, fail if something would change
`;

/** The text of every generated file, by its path. */
export function generated(): Map<string, string> {
	const schemas = new Map(
		providers.flatMap(({ name, events }) =>
			Object.keys(events)
				.sort()
				.map((type) => [`${name}.${type}`, events[type]] as const),
		),
	);
	const types = [...schemas.keys()];
	const files = new Map([[union, unionModule(types)]]);
	for (const [type, schema] of schemas)
		if (schema)
			files.set(
				`${folder}/${schemaFile(type)}`,
				json(eventSchema(type, schema)),
			);
	return files.set(
		`${folder}/asyncapi.json`,
		json(asyncApi(providers, types, packageVersion())),
	);
}

/** The files that are missing, differ, or should be gone. */
export function outdated(files = generated()): string[] {
	const changed = [...files]
		.filter(([path, text]) => read(path) !== text)
		.map(([path]) => path);
	return [...changed, ...leftovers(files)];
}

/** In the formatter's own shape, so that it has nothing to change. */
function unionModule(types: readonly string[]): string {
	const imports = providers.map(
		({ name }) =>
			`import ${camelCase(name)} from "./providers/${name}/provider.ts";`,
	);
	return `// written by \`npm run generate\`
${imports.join("\n")}

/** The schema of each event's \`data\`. */
export const schemas = {
${types.map(member).join("\n")}
};
`;
}

function member(type: string): string {
	const [provider = "", ...rest] = type.split(".");
	const event = rest.join(".");
	const events = `${camelCase(provider)}.events`;
	const schema = /^\w+$/.test(event)
		? `${events}.${event}`
		: `${events}["${event}"]`;
	const line = `\t"${type}": ${schema},`;
	return line.length < 80 ? line : `\t"${type}":\n\t\t${schema},`;
}

function camelCase(name: string): string {
	return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

function leftovers(files: Map<string, string>): string[] {
	if (!existsSync(join(root, folder))) return [];
	return readdirSync(join(root, folder), { withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ name }) => `${folder}/${name}`)
		.sort()
		.filter((path) => !files.has(path));
}

function json(value: unknown): string {
	return `${JSON.stringify(value, null, "\t")}\n`;
}

function read(path: string): string | undefined {
	try {
		return readFileSync(join(root, path), "utf8");
	} catch {
		return undefined;
	}
}

function packageVersion(): string {
	return JSON.parse(read("package.json") ?? "{}").version;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { check: { type: "boolean" }, help: { type: "boolean" } },
	});
	if (values.help) {
		console.log(help);
		return;
	}
	const files = new Map([...generated(), ...(await documented(commands))]);
	if (values.check) {
		complain(outdated(files.set(apiFile, publicApi())));
		return;
	}
	write(files);
	// made of what has just been written
	write(new Map([...files, [apiFile, publicApi()]]));
}

function complain(changed: readonly string[]): void {
	if (changed.length === 0) return;
	console.error(
		`Out of date:\n${changed.map((path) => `  ${path}`).join("\n")}\nRun \`npm run generate\` and commit what it writes.`,
	);
	process.exitCode = 1;
}

function write(files: Map<string, string>): void {
	for (const path of outdated(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		const text = files.get(path);
		if (text === undefined) rmSync(join(root, path));
		else writeFileSync(join(root, path), text);
		console.log(text === undefined ? `removed ${path}` : `wrote ${path}`);
	}
}

if (import.meta.main) await main();
