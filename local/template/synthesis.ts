import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { readJson, writeJson } from "../disk/atomic-file.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
// all that the template and the bundles are made of
const sources = [
	"cdk.json",
	"functions",
	"infra",
	"package.json",
	"package-lock.json",
];

export interface SynthesisOptions {
	/** names, in place of those that the app configures */
	providers?: string;
	signal?: AbortSignal;
}

/** Runs the CDK app for the stage "local", unless the folder holds what it would synthesize already. */
export async function synthesize(
	folder: string,
	say: (line: string) => void,
	{ providers = "", signal }: SynthesisOptions = {},
): Promise<void> {
	const digest = digestOfSources(providers);
	const stamp = join(folder, "sources.json");
	if (isStamped(stamp, digest)) return;
	say("Synthesizing the CDK app, which takes a while after a change to it.");
	await run(folder, providers, signal);
	// the bundles are CommonJS, as they are without a package.json around them in Lambda
	writeJson(join(folder, "package.json"), { type: "commonjs" });
	writeJson(stamp, { digest });
}

async function run(
	folder: string,
	providers: string,
	signal?: AbortSignal,
): Promise<void> {
	rmSync(folder, { recursive: true, force: true });
	const child = spawn(process.execPath, [join(project, "infra", "app.ts")], {
		cwd: project,
		env: {
			...withoutAccount(process.env),
			CDK_OUTDIR: folder,
			CDK_CONTEXT_JSON: JSON.stringify({
				...ownContext(),
				stage: "local",
				...(providers !== "" && { providers }),
			}),
		},
		stdio: ["ignore", "pipe", "pipe"],
		signal,
	});
	const [complaint, output] = [text(child.stderr), text(child.stdout)];
	const [code] = await once(child, "close");
	if (code !== 0)
		throw new Error(
			`The CDK app could not be synthesized.\n${await output}${await complaint}`,
		);
}

function isStamped(stamp: string, digest: string): boolean {
	const stamped = readJson(stamp) as { digest?: string } | undefined;
	return stamped?.digest === digest;
}

function digestOfSources(providers: string): string {
	const hash = createHash("sha256").update(
		`${process.version}\n${providers}\n`,
	);
	for (const file of sources.flatMap((name) => filesAt(join(project, name))))
		hash.update(`${relative(project, file)}\n`).update(readFileSync(file));
	return hash.digest("hex");
}

function filesAt(path: string): string[] {
	if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
	return readdirSync(path)
		.sort()
		.flatMap((name) => filesAt(join(path, name)));
}

function ownContext(): object {
	return JSON.parse(readFileSync(join(project, "cdk.json"), "utf8")).context;
}

// an account or region at hand must not find its way into the local template
function withoutAccount(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(environment).filter(
			([name]) => !/^(CDK|AWS)_/.test(name) && name !== "NODE_OPTIONS",
		),
	);
}
