import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Provider } from "./provider.ts";

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL("providers", import.meta.url));
// sources beside sources, what was built beside what was built
const modules = import.meta.url.endsWith(".ts")
	? ["provider.ts", "provider.js"]
	: ["provider.js", "provider.ts"];

/** Every provider there is a folder of, by name. */
export const providers: readonly Provider[] = loadProviders(folder);

/** Those that are deployed where nobody names any. */
export const usualProviders: readonly Provider[] = providers.filter(
	({ available }) => !available,
);

export const providerNames: readonly string[] = providers.map(
	({ name }) => name,
);

/** Reads a folder of providers, all at once: a CommonJS app can require what imports this. */
export function loadProviders(folder: string): Provider[] {
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name)
		.sort()
		.map((name) => loadProvider(folder, name));
}

function loadProvider(folder: string, name: string): Provider {
	const place = join(folder, name);
	if (!/^[a-z][a-z0-9-]*$/.test(name))
		throw new Error(
			`${place}: "${name}" cannot be a provider's name. It becomes a route, a secret and a prefix of events: rename the folder to lower-case letters, digits and hyphens, beginning with a letter.`,
		);
	const file = modules
		.map((module) => join(place, module))
		.find((path) => existsSync(path));
	if (!file)
		throw new Error(
			`${place} has no provider.ts. Add one whose default export is made with defineProvider, or remove the folder.`,
		);
	const provider: Provider | undefined = require(file).default;
	if (typeof provider?.read !== "function")
		throw new Error(
			`${file} has no provider as its default export. Write \`export default defineProvider({ … })\`.`,
		);
	if (provider.name !== name)
		throw new Error(
			`${file} is named "${provider.name}", but its folder "${name}". A provider has one name: change one of the two.`,
		);
	return provider;
}
