import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

export const peers = ["plain", "guarded", "empty"] as const;
export type Peer = (typeof peers)[number];

/** As the CDK's NodejsFunction bundles, with the SDK inside and minified, which starts sooner. */
export function bundlePeers(folder: string): void {
	for (const peer of peers) {
		const outfile = join(folder, peer, "index.js");
		mkdirSync(join(folder, peer), { recursive: true });
		buildSync({
			entryPoints: [join(import.meta.dirname, `${peer}.ts`)],
			outfile,
			bundle: true,
			minify: true,
			platform: "node",
			target: "node24",
			format: "cjs",
			logLevel: "error",
		});
	}
}

const manifest = join(import.meta.dirname, "../package.json");

/** What the peer is made of. */
export const madeOf: Readonly<Record<string, string>> = JSON.parse(
	readFileSync(manifest, "utf8"),
).devDependencies;
