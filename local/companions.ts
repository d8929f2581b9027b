import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadBeside } from "../ops/beside.ts";

type Folders = typeof import("../infra/build/folder.ts");

const builtIn = new URL("../functions/providers/", import.meta.url);

/** A provider, and its folder where it does not come with the package. */
export interface Whose {
	provider: string;
	folder?: string;
}

/** What a provider's folder holds: the provider, its example, or its simulator; undefined where it does not. */
export async function loadCompanion<Default>(
	{ provider, folder }: Whose,
	name: "provider" | "example" | "simulator",
): Promise<Default | undefined> {
	if (folder !== undefined) {
		const { loadModule } = await loadBeside<Folders>("infra/build/folder");
		return loadModule<Default>(folder, name);
	}
	const file = ["ts", "js"]
		.map((ending) => new URL(`${provider}/${name}.${ending}`, builtIn))
		.find((url) => existsSync(fileURLToPath(url)));
	return file && (await import(file.href)).default;
}
