import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import type {
	EnvironmentData,
	FunctionError,
	Invocation,
	Report,
} from "./environment.ts";
import type { FunctionOptions, Invoked } from "./invoked.ts";

/** One of a function's environments: a thread with its own variables, heap limit and globals. */
export interface Sandbox extends AsyncDisposable {
	/** resolves with what went wrong, or with nothing */
	ready: Promise<FunctionError | undefined>;
	/** false once it has timed out or crashed */
	usable: boolean;
	invoke(requestId: string, event: string): Promise<Invoked>;
}

// Lambda gives 10: a busy machine's slowness says nothing of it
const initSeconds = 60;

export function openSandbox(options: FunctionOptions): Sandbox {
	const { name, arn, timeoutSeconds, memoryMb, onLine } = options;
	const logGroupName = `/aws/lambda/${name}`;
	const logStreamName = `local-${process.hrtime.bigint()}`;
	// written in what this file is written in: sources, or what was built of them
	const thread = `./environment.${import.meta.url.slice(-2)}`;
	const worker = new Worker(new URL(thread, import.meta.url), {
		name,
		argv: [],
		execArgv: [],
		stdout: true,
		stderr: true,
		workerData: {
			folder: options.folder,
			handler: options.handler,
		} satisfies EnvironmentData,
		resourceLimits: { maxOldGenerationSizeMb: memoryMb },
		env: {
			...inherited(),
			AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
			AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
			AWS_LAMBDA_FUNCTION_NAME: name,
			AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
			AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
			AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
			AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
			LAMBDA_TASK_ROOT: options.folder,
			TZ: ":UTC",
			_HANDLER: options.handler,
			...options.environment,
		},
	});
	for (const output of [worker.stdout, worker.stderr])
		createInterface({ input: output }).on("line", (line) => onLine?.(line));

	let settle: (report: Report) => void = () => {};
	let usable = true;

	/** The next report, or an end put to the thread. */
	function next(seconds: number, late: FunctionError): Promise<Report> {
		return new Promise((resolve) => {
			const timer = setTimeout(() => {
				usable = false;
				void worker.terminate();
				settle({ kind: "error", error: late });
			}, seconds * 1000);
			settle = (report) => {
				clearTimeout(timer);
				settle = () => {};
				resolve(report);
			};
		});
	}

	worker.on("message", (report: Report) => settle(report));
	worker.on("error", (error: Error) => end(error.name, error.message));
	worker.on("exit", (code) =>
		end("Runtime.ExitError", `Runtime exited with exit status ${code}`),
	);
	function end(errorType: string, errorMessage: string): void {
		usable = false;
		settle({ kind: "error", error: { errorType, errorMessage } });
	}

	const ready = next(initSeconds, {
		errorType: "Sandbox.Timedout",
		errorMessage: `Init took longer than ${initSeconds} seconds`,
	}).then((report) => ("error" in report ? report.error : undefined));

	return {
		ready,
		get usable() {
			return usable;
		},
		async invoke(requestId, event) {
			const report = next(timeoutSeconds, {
				errorType: "Sandbox.Timedout",
				errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
			});
			if (!usable) end("Runtime.ExitError", "Runtime exited between runs");
			worker.postMessage({
				event,
				deadline: Date.now() + timeoutSeconds * 1000,
				context: {
					awsRequestId: requestId,
					functionName: name,
					functionVersion: "$LATEST",
					invokedFunctionArn: arn,
					memoryLimitInMB: String(memoryMb),
					logGroupName,
					logStreamName,
				},
			} satisfies Invocation);
			const settled = await report;
			if (settled.kind === "result") return { payload: settled.payload };
			if ("error" in settled) return { error: settled.error };
			throw new Error(`A ${name} environment reported ${settled.kind}.`);
		},
		async [Symbol.asyncDispose]() {
			usable = false;
			await worker.terminate();
		},
	};
}

function inherited(): Record<string, string> {
	const { PATH = "", HOME = "", LANG = "en_US.UTF-8" } = process.env;
	return { PATH, HOME, LANG };
}
