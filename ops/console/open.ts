import type { Installation } from "../installation/installation.ts";
import { apiOf } from "./api.ts";
import { loadPage } from "./page.ts";
import { type Console, openConsole, type PageFile } from "./server.ts";

/** The console of an installation, on this port or any free one. */
export function openPage(
	installation: Installation,
	port = 0,
): Promise<Console> {
	let loaded: Promise<Record<string, PageFile>> | undefined;
	return openConsole({
		port,
		files: () => (loaded ??= loadPage()),
		...apiOf(installation),
	});
}
