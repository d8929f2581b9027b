import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Provider } from "../../functions/provider.ts";
import { Trouble } from "../trouble.ts";

/** The default export of a file of a provider that comes with Billhook; undefined where there is none. */
export async function loadPart<Part>(
	provider: string,
	part: string,
): Promise<Part | undefined> {
	if (!/^[a-z][a-z0-9-]*$/.test(provider)) return undefined;
	const file = [
		// the packed command beside what is built, sources beside sources
		`../functions/providers/${provider}/${part}.js`,
		`../../functions/providers/${provider}/${part}.ts`,
	]
		.map((path) => join(import.meta.dirname, path))
		.find((path) => existsSync(path));
	return file && (await import(pathToFileURL(file).href)).default;
}

/** What a provider declares. */
export async function loadDeclaration(name: string): Promise<Provider> {
	const provider = await loadPart<Provider>(name, "provider");
	if (provider) return provider;
	throw new Trouble(
		`${name} does not come with Billhook, and its declaration is not known here. Its secrets can be read and written in Secrets Manager; a field that it does not declare makes its functions answer 503.`,
	);
}
