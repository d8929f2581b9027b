import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { readJson, writeJson } from "../disk/atomic-file.ts";

export interface Synthesis {
	/** what -c stage=… says to the app */
	stage?: string;
	/** names, in place of those that the app configures */
	providers?: string;
	say: (line: string) => void;
	signal?: AbortSignal;
}

interface Project {
	folder: string;
	/** what its template and its bundles are made of; absent, nobody knows */
	sources?: readonly string[];
	stage?: string;
}

// the package runs in somebody's own app, its sources in their checkout
const project: Project = import.meta.url.endsWith(".ts")
	? {
			folder: fileURLToPath(new URL("../..", import.meta.url)),
			sources: [
				"cdk.json",
				"functions",
				"infra",
				"package.json",
				"package-lock.json",
			],
			stage: "local",
		}
	: { folder: process.cwd() };

/** Runs the CDK app, unless the folder is known to hold what it would synthesize. */
export async function synthesize(
	folder: string,
	{ say, signal, stage = project.stage, providers }: Synthesis,
): Promise<void> {
	const digest =
		project.sources && digestOf(project.sources, [stage, providers]);
	const stamp = join(folder, "sources.json");
	if (digest && isStamped(stamp, digest)) return;
	say("Synthesizing the CDK app, which takes a while after a change to it.");
	await run(folder, { stage, providers, signal });
	// the bundles are CommonJS, as they are without a package.json around them in Lambda
	writeJson(join(folder, "package.json"), { type: "commonjs" });
	writeJson(stamp, { digest });
}

async function run(
	folder: string,
	{ stage, providers, signal }: Omit<Synthesis, "say">,
): Promise<void> {
	rmSync(folder, { recursive: true, force: true });
	const { app, context } = readProject();
	const isWindows = process.platform === "win32";
	const child = spawn(app, {
		shell: true,
		// a group of its own: the shell's child is to end with it
		detached: !isWindows,
		cwd: project.folder,
		env: {
			...withoutAccount(process.env),
			// a `node` in the command is the one that runs this
			PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
			CDK_OUTDIR: folder,
			CDK_CONTEXT_JSON: JSON.stringify({
				...context,
				...(stage && { stage }),
				...(providers && { providers }),
				// what the CDK itself would bundle is no part of an installation
				"aws:cdk:bundling-stacks": [],
			}),
		},
		stdio: ["ignore", "pipe", "pipe"],
	});
	const end = () => {
		if (child.pid === undefined) return;
		if (isWindows) child.kill();
		else process.kill(-child.pid, "SIGTERM");
	};
	signal?.addEventListener("abort", end, { once: true });
	const [complaint, output] = [text(child.stderr), text(child.stdout)];
	const [code] = await once(child, "close");
	signal?.removeEventListener("abort", end);
	if (code !== 0)
		throw new Error(
			`The CDK app could not be synthesized.\n${await output}${await complaint}`,
		);
}

/** What the CDK's own command reads of it. */
function readProject(): { app: string; context: object } {
	const file = join(project.folder, "cdk.json");
	const { app, context } = (readJson(file) ?? {}) as {
		app?: unknown;
		context?: object;
	};
	if (typeof app !== "string")
		throw new Error(
			`There is no cdk.json with an "app" in ${project.folder}. Start it where you run \`cdk deploy\`.`,
		);
	// what earlier look-ups in an account have found
	const found = readJson(join(project.folder, "cdk.context.json"));
	return { app, context: { ...context, ...(found as object | undefined) } };
}

function isStamped(stamp: string, digest: string): boolean {
	const stamped = readJson(stamp) as { digest?: string } | undefined;
	return stamped?.digest === digest;
}

function digestOf(sources: readonly string[], said: unknown): string {
	const hash = createHash("sha256").update(
		process.version + JSON.stringify(said),
	);
	const { folder } = project;
	for (const file of sources.flatMap((name) => filesAt(join(folder, name))))
		hash.update(`${relative(folder, file)}\n`).update(readFileSync(file));
	return hash.digest("hex");
}

function filesAt(path: string): string[] {
	if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
	return readdirSync(path)
		.sort()
		.flatMap((name) => filesAt(join(path, name)));
}

// an account or region at hand must not find its way into the local template
function withoutAccount(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(environment).filter(
			([name]) => !/^(CDK|AWS)_/.test(name) && name !== "NODE_OPTIONS",
		),
	);
}
