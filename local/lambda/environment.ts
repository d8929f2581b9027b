import { createRequire } from "node:module";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

/** What a worker that stands in for one of Lambda's environments is told. */
export interface EnvironmentData {
	folder: string;
	/** "index.handler" */
	handler: string;
}

export interface Invocation {
	event: string;
	context: {
		awsRequestId: string;
		functionName: string;
		functionVersion: string;
		invokedFunctionArn: string;
		memoryLimitInMB: string;
		logGroupName: string;
		logStreamName: string;
	};
	/** milliseconds since 1970 */
	deadline: number;
}

export interface FunctionError {
	errorType: string;
	errorMessage: string;
	trace?: string[];
}

export type Report =
	| { kind: "ready" }
	| { kind: "failed"; error: FunctionError }
	| { kind: "result"; payload: string }
	| { kind: "error"; error: FunctionError };

type Handler = (event: unknown, context: unknown) => unknown;

if (parentPort) {
	const port = parentPort;
	const report = (message: Report) => port.postMessage(message);
	try {
		const handler = load(workerData as EnvironmentData);
		port.on("message", async (invocation: Invocation) =>
			report(await run(handler, invocation)),
		);
		report({ kind: "ready" });
	} catch (error) {
		report({ kind: "failed", error: describe(error) });
	}
}

function load({ folder, handler }: EnvironmentData): Handler {
	const [file = "", name = ""] = handler.split(".");
	const path = join(folder, file);
	const found = createRequire(path)(path)[name];
	if (typeof found === "function") return found;
	throw new Error(`${handler} is undefined or not exported`);
}

async function run(
	handler: Handler,
	{ event, context, deadline }: Invocation,
): Promise<Report> {
	try {
		const result = await handler(JSON.parse(event), {
			...context,
			callbackWaitsForEmptyEventLoop: true,
			getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
		});
		return { kind: "result", payload: JSON.stringify(result) ?? "null" };
	} catch (error) {
		return { kind: "error", error: describe(error) };
	}
}

function describe(error: unknown): FunctionError {
	if (!(error instanceof Error))
		return { errorType: typeof error, errorMessage: String(error) };
	return {
		errorType: error.name,
		errorMessage: error.message,
		trace: error.stack?.split("\n"),
	};
}
