import type { Installed } from "../../functions/installed.ts";
import { nearest } from "../../functions/nearest.ts";
import { Misuse } from "../trouble.ts";
import type { Clients } from "./clients.ts";

/** What is asked: a deployed stage, or the cloud on this machine. */
export interface Installation {
	stage: string;
	/** as a person knows it: "stage prod in eu-west-1" */
	called: string;
	/** the data folder, where it runs on this machine */
	folder?: string;
	/** what it says of each of its providers */
	providers: ReadonlyMap<string, Installed>;
	clients: Clients;
}

/** The provider of this name, or all of them where none is named. */
export function choose(
	{ providers, called }: Installation,
	name?: string,
): [string, Installed][] {
	const all = [...providers].sort();
	if (name === undefined) return all;
	const own = providers.get(name);
	if (own) return [[name, own]];
	const names = all.map(([known]) => known);
	const meant = nearest(name, names);
	throw new Misuse(
		`There is no provider "${name}" in ${called}; ${meant ? `is ${meant} meant?` : `there are ${names.join(", ")}.`}`,
	);
}

/** The one provider of this name. */
export function only(installation: Installation, name: string): Installed {
	const [[, own] = []] = choose(installation, name);
	if (own) return own;
	throw new Misuse(`There is no provider "${name}".`);
}
