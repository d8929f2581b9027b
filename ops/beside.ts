import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A module that is no part of the command's bundle, for it knows where in the package it stands; built, or from its source. */
export function loadBeside<Module>(path: string): Promise<Module> {
	// as far from the sources' ops/ as from the built one
	const built = join(import.meta.dirname, `../${path}.js`);
	const source = join(import.meta.dirname, `../${path}.ts`);
	return import(pathToFileURL(existsSync(built) ? built : source).href);
}
