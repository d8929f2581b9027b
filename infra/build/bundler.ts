import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildFailure, BuildOptions } from "esbuild";
import { ConfigurationError } from "../configuration-error.ts";

// CommonJS starts 17 to 33 ms sooner than ESM: there, importing node:http loads undici
const options = {
	bundle: true,
	platform: "node",
	target: "node24",
	format: "cjs",
	mainFields: ["module", "main"],
	minify: true,
	legalComments: "none",
	logLevel: "warning",
} satisfies BuildOptions;

/** What a function's bundle is made of. */
export interface Entry {
	source: string;
	/** CommonJS that the source requires as "./<name>.cjs", by that name */
	beside: Readonly<Record<string, string>>;
}

/** Writes `<folder>/<name>/index.js` for every entry, with its source map beside it if wanted. */
export function writeBundles(
	folder: string,
	entries: Readonly<Record<string, Entry>>,
	{ maps }: { maps: boolean },
): void {
	const sources = join(folder, ".entries");
	mkdirSync(sources, { recursive: true });
	const entryPoints = Object.entries(entries).map(([name, entry]) => {
		const path = join(sources, `${name}.ts`);
		writeFileSync(path, entry.source);
		for (const [part, code] of Object.entries(entry.beside))
			writeFileSync(join(sources, `${part}.cjs`), code);
		return { in: path, out: join(name, "index") };
	});
	bundler().buildSync({
		...options,
		entryPoints,
		outdir: folder,
		sourcemap: maps && "external",
	});
	rmSync(sources, { recursive: true });
}

/** Writes files as CommonJS, each with all it needs inside, for the package to ship. */
export function writeParts(
	folder: string,
	parts: Readonly<Record<string, string>>,
): void {
	bundler().buildSync({
		...options,
		entryPoints: Object.entries(parts).map(([out, path]) => ({
			in: path,
			out,
		})),
		outdir: folder,
		outExtension: { ".js": ".cjs" },
	});
}

/** Writes a command that runs by itself, with all it needs inside. */
export function bundleCommand(entry: string, outfile: string): void {
	bundler().buildSync({
		...options,
		// whichever Node the person at the keyboard has
		target: "node22",
		entryPoints: [entry],
		outfile,
		banner: { js: "#!/usr/bin/env node" },
		define: { "import.meta.dirname": "__dirname" },
		// only for what is bundled from its sources, which the package has none of
		external: ["esbuild"],
	});
}

/** Writes the local cloud, and the contract suite on its engines, as ES modules beside each other: threads are found by their place. */
export function bundleLocal(folder: string, root: string): void {
	bundler().buildSync({
		...options,
		target: "node22",
		format: "esm",
		splitting: true,
		entryPoints: {
			start: join(root, "local/start.ts"),
			environment: join(root, "local/lambda/environment.ts"),
			"fauxqs-thread": join(root, "local/engines/fauxqs-thread.ts"),
			testing: join(root, "testing/contract.ts"),
		},
		outdir: folder,
		chunkNames: "local-[hash]",
		// the engines are the app's own to install
		external: ["fauxqs", "esbuild"],
		banner: {
			js: 'import { createRequire as requireHere } from "node:module"; const require = requireHere(import.meta.url);',
		},
	});
	const launcher = "loopback.java";
	copyFileSync(join(root, "local/engines", launcher), join(folder, launcher));
}

/** A module of somebody's own as CommonJS, with all it needs inside; throws a BuildFailure. */
export function bundleModule(file: string): string {
	const { outputFiles } = bundler().buildSync({
		...options,
		// read by people where it fails, and made small with the function that it runs in
		minify: false,
		logLevel: "silent",
		absWorkingDir: dirname(file),
		entryPoints: [file],
		alias: ours,
		write: false,
	});
	return outputFiles[0]?.text ?? "";
}

/** The places and reasons of a BuildFailure, one a line. */
export function explainFailure({ errors }: BuildFailure): string[] {
	return errors.map(({ text, location }) =>
		location ? `${location.file}:${location.line}: ${text}` : text,
	);
}

// whichever copy of the package is found from the module's own folder: it runs in ours
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const placed = (module: string) =>
	fileURLToPath(
		new URL(`../../functions/${module}.${extension}`, import.meta.url),
	);
const ours = {
	"billhook/provider": placed("provider"),
	"billhook/simulator": placed("simulator/server"),
};

/** Found late: an app whose providers all come with the package does without. */
function bundler(): typeof import("esbuild") {
	const require = createRequire(import.meta.url);
	try {
		return require("esbuild");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND")
			throw error;
		throw new ConfigurationError({
			id: "billhook:no-bundler",
			says: "a provider from a folder of your own is bundled with esbuild, which is not installed here: npm install --save-dev esbuild",
		});
	}
}
