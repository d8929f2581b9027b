import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** Debian's, or what CHROMIUM says; absent, what needs one is skipped. */
export const browserPath = [
	process.env.CHROMIUM,
	"/usr/bin/chromium",
	"/usr/bin/chromium-browser",
	"/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

// it asks for updates, and for much else, which is no business of a test
const quiet = [
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--disable-gpu",
	"--disable-quic",
];

export function openBrowser(): Promise<Browser> {
	return chromium.launch({
		executablePath: browserPath,
		// root, as in many containers, is given no sandbox
		args: process.getuid?.() === 0 ? [...quiet, "--no-sandbox"] : quiet,
	});
}

/** A page that is told of whatever goes wrong on it, and of all that it asks for. */
export async function openWatched(
	browser: Browser,
	options: Parameters<Browser["newPage"]>[0] = {},
): Promise<{ page: Page; troubles: string[]; asked: string[] }> {
	const page = await browser.newPage(options);
	// the test's own time limit ends what hangs
	page.setDefaultTimeout(0);
	const troubles: string[] = [];
	const asked: string[] = [];
	page.on("pageerror", ({ message }) => troubles.push(message));
	page.on("console", (said) => {
		if (said.type() === "error") troubles.push(said.text());
	});
	page.on("request", (request) => asked.push(request.url()));
	return { page, troubles, asked };
}
