import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
const names = ["page.js", "page.css"] as const;
const types = { "page.js": "text/javascript", "page.css": "text/css" };

/** The page: as the package ships it, or from its sources in a checkout. */
export async function loadPage(): Promise<Record<string, PageFile>> {
	const shipped = import.meta.dirname;
	const texts = existsSync(join(shipped, "page.js"))
		? names.map((name) => readFileSync(join(shipped, name), "utf8"))
		: await bundlePage();
	const files = names.map((name, at) => [
		name,
		{ type: types[name], body: texts[at] ?? "" },
	]);
	return {
		"": { type: "text/html", body: frame },
		...Object.fromEntries(files),
	};
}

/** What the names above stand for. */
export async function bundlePage(): Promise<string[]> {
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
	return names.map(
		(name) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? "",
	);
}
