import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { providers } from "../../functions/providers.ts";
import { bundlePage } from "../../ops/console/page.ts";
import { entriesFor, handlers } from "./bundle.ts";
import {
	bundleCommand,
	bundleLocal,
	writeBundles,
	writeParts,
} from "./bundler.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");

/** What the package ships: JavaScript with declarations, the functions' bundles, the command line. */
export async function build(): Promise<void> {
	rmSync(dist, { recursive: true, force: true });
	compile();
	const entries = entriesFor(providers.map((provider) => ({ provider })));
	writeBundles(join(dist, "bundles"), entries, { maps: false });
	writeParts(
		join(dist, "handlers"),
		Object.fromEntries(
			handlers.map((kind) => [kind, join(root, `functions/${kind}.ts`)]),
		),
	);
	bundleCommand(join(root, "ops/main.ts"), join(dist, "ops/main.cjs"));
	bundleLocal(join(dist, "ops"), root);
	// compiled on the way to the contract suite's declarations, and in its bundle already
	for (const folder of ["local", "functions/aws"])
		rmSync(join(dist, folder), { recursive: true, force: true });
	for (const [name, text] of Object.entries(await bundlePage()))
		writeFileSync(join(dist, "ops", name), text);
}

function compile() {
	const typescript = createRequire(import.meta.url).resolve(
		"typescript/package.json",
	);
	execFileSync(
		process.execPath,
		[join(typescript, "../bin/tsc"), "-p", join(root, "tsconfig.build.json")],
		{ stdio: "inherit" },
	);
}

const help = `Builds what the package ships into dist/, which is emptied first:

  dist/infra, dist/functions   JavaScript with declarations
  dist/bundles                 the functions, bundled
  dist/handlers                the same without a provider, for those of somebody's own
  dist/ops                     the command line, the page of its console, and the local cloud

  npm run build`;

if (import.meta.main) {
	const [word] = process.argv.slice(2);
	if (word === undefined) await build();
	else {
		console.log(word === "--help" ? help : `There is no "${word}".\n\n${help}`);
		process.exitCode = word === "--help" ? 0 : 1;
	}
}
