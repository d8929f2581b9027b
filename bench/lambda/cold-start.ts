import { spawn } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ending, ours } from "../ending.ts";
import { scheduledCpu } from "../figures/cpu.ts";

/** A function that was not there, with an event waiting. */
export interface ColdStart {
	/** from the process's start until it asks for the event */
	initMs: number;
	/** from there to its answer */
	firstMs: number;
	/** of the whole process, until its answer */
	cpuMs: number;
	answer: string;
}

export interface Deployed {
	folder: string;
	environment: Readonly<Record<string, string>>;
}

const longestMs = 20_000;

/** One environment's whole life: Amazon's runtime interface client, the function's init, one invocation. */
export async function startCold(
	client: string,
	{ folder, environment }: Deployed,
	event: unknown,
): Promise<ColdStart> {
	let askedAt = 0;
	const { promise, resolve, reject } = Promise.withResolvers<ColdStart>();
	const server = createServer(async (request, response) => {
		const now = performance.now();
		const path = request.url ?? "";
		if (path.endsWith("/next")) {
			// there is no second event
			if (askedAt > 0) return;
			askedAt = now;
			const body = JSON.stringify(event);
			response.writeHead(200, invocation(body)).end(body);
		} else if (path.endsWith("/response")) {
			const cpu = scheduledCpu(child.pid ?? 0) ?? said(request);
			const answer = await text(request);
			resolve({
				initMs: askedAt - startedAt,
				firstMs: now - askedAt,
				cpuMs: cpu / 1000,
				answer,
			});
			response.end();
		} else reject(new Error(`${path}: ${await text(request)}`));
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as AddressInfo;
	const startedAt = performance.now();
	// as Lambda's own bootstrap starts it
	const flags = ["--expose-gc", "--max-http-header-size", "81920"];
	const child = ours(
		spawn(process.execPath, [...flags, client, "index.handler"], {
			stdio: ["ignore", "ignore", "pipe"],
			env: {
				PATH: process.env.PATH,
				TZ: ":UTC",
				LANG: "en_US.UTF-8",
				AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
				_HANDLER: "index.handler",
				LAMBDA_TASK_ROOT: folder,
				...lambdaEnvironment,
				...environment,
			},
		}),
	);
	const complaint = text(child.stderr);
	child.once("exit", async () =>
		reject(new Error(`A function ended before its answer. ${await complaint}`)),
	);
	const late = setTimeout(
		() => reject(new Error("A cold start took too long.")),
		longestMs,
	);
	try {
		return await promise;
	} finally {
		clearTimeout(late);
		await ending(child);
		server.closeAllConnections();
		server.close();
	}
}

/** What Lambda tells every function. */
export const lambdaEnvironment = {
	AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
	AWS_LAMBDA_FUNCTION_NAME: "bench",
	AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
	AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
	AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
	AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/bench",
	AWS_LAMBDA_LOG_STREAM_NAME: "bench",
};

function invocation(body: string): Record<string, string> {
	return {
		"Content-Type": "application/json",
		"Content-Length": String(Buffer.byteLength(body)),
		Connection: "close",
		"Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
		"Lambda-Runtime-Deadline-Ms": String(Date.now() + 10_000),
		"Lambda-Runtime-Invoked-Function-Arn":
			"arn:aws:lambda:us-east-1:000000000000:function:bench",
		"Lambda-Runtime-Trace-Id":
			"Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
	};
}

function said({ headers }: IncomingMessage): number {
	return Number(headers["x-cpu"]);
}
