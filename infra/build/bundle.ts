import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import type { Provider } from "../../functions/provider.ts";

// the built package carries its bundles; from sources they are made at synth
const isBuilt = import.meta.url.endsWith(".js");
const prebuilt = fileURLToPath(new URL("../../bundles/", import.meta.url));

/** The code of each function, by the name of its bundle; what is not there yet is made in one go. */
export function loadBundles(
	scope: IConstruct,
	providers: readonly Provider[],
): (name: string) => Code {
	const entries = entriesFor(providers);
	if (!isBuilt) makeMissing(scope, entries);
	return (name) => {
		const path = isBuilt ? join(prebuilt, name) : made.get(entries[name] ?? "");
		if (!path || !existsSync(path))
			throw new Error(`There is no bundle "${name}".`);
		return Code.fromAsset(path, { exclude: ["*.map"] });
	};
}

// folders of this process's bundles by their entry's source, for an app may hold several stages
const made = new Map<string, string>();

function makeMissing(scope: IConstruct, entries: Record<string, string>) {
	const missing = Object.entries(entries).filter(
		([, source]) => !existsSync(made.get(source) ?? ""),
	);
	if (missing.length === 0) return;
	const app = Stage.of(scope);
	if (!app) throw new Error("Billhook must stand inside a CDK app.");
	const folder = join(app.outdir, "bundles");
	// not an import: the built package must do without the bundler
	const { writeBundles } = createRequire(import.meta.url)("./bundler.ts");
	writeBundles(folder, Object.fromEntries(missing), { maps: true });
	for (const [name, source] of missing) made.set(source, join(folder, name));
}

/** The source of each bundle's entry: which code runs, with which provider. */
export function entriesFor(
	providers: readonly Provider[],
): Record<string, string> {
	const entries: Record<string, string> = {
		forward: `export { handler } from ${source("forward.ts")};`,
	};
	for (const provider of providers) {
		const { name } = provider;
		entries[`webhook-${name}`] = withProvider("webhook", name);
		if (provider.poll) entries[`poll-${name}`] = withProvider("poll", name);
	}
	if (providers.some(({ poll }) => poll?.watches))
		entries.watch = withProviders(providers);
	return entries;
}

function withProvider(kind: "webhook" | "poll", name: string): string {
	return `
import { ${kind}Handler } from ${source(`${kind}.ts`)};
import provider from ${source(`providers/${name}/provider.ts`)};
export const handler = ${kind}Handler(provider);
`;
}

function withProviders(providers: readonly Provider[]): string {
	const imports = providers.map(
		({ name }, index) =>
			`import provider${index} from ${source(`providers/${name}/provider.ts`)};`,
	);
	return `
import { watchHandler } from ${source("watch.ts")};
${imports.join("\n")}
export const handler = watchHandler([${providers.map((_, index) => `provider${index}`).join(", ")}]);
`;
}

function source(path: string): string {
	return JSON.stringify(
		fileURLToPath(new URL(`../../functions/${path}`, import.meta.url)),
	);
}
