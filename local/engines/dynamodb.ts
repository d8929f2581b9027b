import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { chooseEngine, type Engine, startEngine } from "./engine.ts";
import { freePort } from "./port.ts";

export { chooseEngine, type Engine, engines } from "./engine.ts";

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
	/** the port to take if it is free; any other if it is not */
	port?: number;
}

const readySeconds = 120;
const graceMs = 1000;

/** Starts the chosen engine, or the first that this machine has, on a free port of the loopback. */
export async function openDynamoDb(
	options: DynamoDbOptions = {},
): Promise<DynamoDb> {
	const engine = options.engine ?? chooseEngine(process.env.BILLHOOK_DYNAMODB);
	const port = await freePort(options.port);
	if (options.folder) mkdirSync(options.folder, { recursive: true });
	const child = startEngine(engine, port, options.folder);
	endWithUs(child);
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
			const stubborn = setTimeout(() => child.kill("SIGKILL"), graceMs);
			await ended;
			clearTimeout(stubborn);
		},
	};
}

/** Even SIGKILL leaves no engine behind: a shell waits for our end of a pipe to close, and then ends the engine. */
function endWithUs(child: ChildProcess): void {
	if (process.platform === "win32" || child.pid === undefined) return;
	const watch = spawn(
		"sh",
		["-c", 'read -r _; kill "$0" 2>/dev/null', String(child.pid)],
		{ stdio: ["pipe", "ignore", "ignore"], detached: true },
	);
	watch.unref();
	watch.once("error", () => {});
	child.once("exit", () => watch.kill("SIGKILL"));
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
