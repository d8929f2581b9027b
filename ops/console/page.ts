import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { PageFile } from "./server.ts";

const frame = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Billhook</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
<div id="app"></div>
</html>
`;
const types: Readonly<Record<string, string>> = {
	"page.js": "text/javascript",
	"page.css": "text/css",
};

/** The page: as the package ships it, or from its sources in a checkout. */
export async function loadPage(): Promise<Record<string, PageFile>> {
	const shipped = join(import.meta.dirname, "page.js");
	const texts = existsSync(shipped) ? readShipped() : await bundlePage();
	const files = Object.entries(types).map(([name, type]) => [
		name,
		{ type, body: texts[name] ?? "" },
	]);
	return {
		"": { type: "text/html", body: frame },
		...Object.fromEntries(files),
	};
}

function readShipped(): Record<string, string> {
	return Object.fromEntries(
		Object.keys(types).map((name) => [
			name,
			readFileSync(join(import.meta.dirname, name), "utf8"),
		]),
	);
}

/** Its script and its style, by their names. */
export async function bundlePage(): Promise<Record<string, string>> {
	const { build } = await import("esbuild");
	const { outputFiles } = await build({
		entryPoints: ["main.tsx", "page.css"].map((file) => ({
			in: join(import.meta.dirname, "../page", file),
			out: "page",
		})),
		bundle: true,
		write: false,
		outdir: "/",
		format: "esm",
		target: "es2024",
		minify: true,
		legalComments: "none",
		jsx: "automatic",
		jsxImportSource: "preact",
		logLevel: "silent",
	});
	return Object.fromEntries(
		outputFiles.map(({ path, text }) => [basename(path), text]),
	);
}
