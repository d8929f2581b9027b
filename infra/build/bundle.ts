import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import type { Provider } from "../../functions/provider.ts";
import { type Entry, writeBundles } from "./bundler.ts";

/** A provider, and where it is not the package's own the code of its bundle. */
export interface Supplied {
	provider: Provider;
	code?: string;
}

// the built package carries what has no provider of somebody's own in it; from sources all is made at synth
const isBuilt = import.meta.url.endsWith(".js");
const prebuilt = fileURLToPath(new URL("../../bundles/", import.meta.url));

/** The functions that a provider of somebody's own is put into. */
export const handlers = ["webhook", "poll", "watch"] as const;

/** The code of each function, by the name of its bundle; what is not there yet is made in one go. */
export function loadBundles(
	scope: IConstruct,
	supplied: readonly Supplied[],
): (name: string) => Code {
	const entries = entriesFor(supplied);
	const carried = (name: string) =>
		isBuilt && Object.keys(entries[name]?.beside ?? {}).length === 0;
	makeMissing(
		scope,
		Object.entries(entries).filter(([name]) => !carried(name)),
	);
	return (name) => {
		const entry = entries[name];
		const path = carried(name)
			? join(prebuilt, name)
			: entry && made.get(keyOf(entry));
		if (!path || !existsSync(path))
			throw new Error(`There is no bundle "${name}".`);
		return Code.fromAsset(path, { exclude: ["*.map"] });
	};
}

// folders of this process's bundles by what they are made of, for an app may hold several stages
const made = new Map<string, string>();

function keyOf({ source, beside }: Entry): string {
	return JSON.stringify([source, beside]);
}

function makeMissing(
	scope: IConstruct,
	entries: readonly (readonly [string, Entry])[],
): void {
	const missing = entries.filter(
		([, entry]) => !existsSync(made.get(keyOf(entry)) ?? ""),
	);
	if (missing.length === 0) return;
	const app = Stage.of(scope);
	if (!app) throw new Error("Billhook must stand inside a CDK app.");
	const folder = join(app.outdir, "bundles");
	writeBundles(folder, Object.fromEntries(missing), { maps: true });
	for (const [name, entry] of missing)
		made.set(keyOf(entry), join(folder, name));
}

/** What each bundle is made of: which code runs, with which provider. */
export function entriesFor(
	supplied: readonly Supplied[],
): Record<string, Entry> {
	const entries: Record<string, Entry> = {
		forward: {
			source: `export { handler } from ${ours("forward")};`,
			beside: {},
		},
	};
	for (const one of supplied) {
		const { name, poll } = one.provider;
		entries[`webhook-${name}`] = entryOf("webhook", [one], "provider0");
		if (poll) entries[`poll-${name}`] = entryOf("poll", [one], "provider0");
	}
	if (supplied.some(({ provider }) => provider.poll?.watches)) {
		const all = supplied.map((_, index) => `provider${index}`);
		entries.watch = entryOf("watch", supplied, `[${all.join(", ")}]`);
	}
	return entries;
}

function entryOf(
	kind: (typeof handlers)[number],
	supplied: readonly Supplied[],
	handled: string,
): Entry {
	const source = `
import { ${kind}Handler } from ${isBuilt ? placeOf(`../../handlers/${kind}.cjs`) : ours(kind)};
${supplied.map(loading).join("\n")}
export const handler = ${kind}Handler(${handled});
`;
	const beside = supplied.flatMap(({ provider: { name }, code }) =>
		code === undefined ? [] : [[name, code] as const],
	);
	return { source, beside: Object.fromEntries(beside) };
}

function loading({ provider: { name }, code }: Supplied, index: number) {
	if (code === undefined)
		return `import provider${index} from ${ours(`providers/${name}/provider`)};`;
	// ESM has it as its default, CommonJS as all of itself
	return `const loaded${index} = require("./${name}.cjs");
const provider${index} = loaded${index}.default ?? loaded${index};`;
}

function ours(module: string): string {
	return placeOf(`../../functions/${module}${isBuilt ? ".js" : ".ts"}`);
}

function placeOf(path: string): string {
	return JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
}
