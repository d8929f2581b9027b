import { parseArgs } from "node:util";
import type { LocalProvider } from "./addresses.ts";
import type { LocalCloud } from "./cloud.ts";
import { curlOf, loadExample } from "./examples.ts";
import { type SettingsPaths, tell } from "./story.ts";

const help = `npm start [-- options], or billhook start [options] in an app of your own

Runs the whole installation on this machine: synthesizes the CDK app, here for
the stage "local", and runs its template on real engines. Ctrl-C stops all of it.

  --providers one,another   run these in place of those that infra/config.ts names
  --stage …                 what -c stage=… would say to the app
  --stack …                 the stack to run, where several have an installation
  --fresh                   first delete tables, queues and objects; settings are kept
  --quiet                   print addresses only, not each event as it moves
  --help                    print this

  BILLHOOK_PORT=3000         the HTTP port; 0 takes any free one
  BILLHOOK_DATA=.billhook    the folder that keeps everything
  BILLHOOK_DYNAMODB=…        dynoxide, java or docker; unset, the first there is

When it is ready, the data folder's local.json holds every address. Items and
messages do not expire here, and nothing is throttled or checked for AWS
signatures: whoever reaches the loopback may call it.`;

const stopMs = 4000;
// of an address for each event
const webhooksShown = 3;
const exitCodes = { stopped: 0, failed: 1, impatient: 130 };

const options = readOptions();
if (options.help) console.log(help);
else process.exitCode = await main();

async function main(): Promise<number> {
	// as in Lambda, whose functions know no other zone
	process.env.TZ = "UTC";
	// what is kept here is its owner's alone to read, whichever engine writes it
	process.umask(0o077);
	const stop = stopSignal();
	const begun = performance.now();
	let paths: SettingsPaths = {};
	try {
		// imported late: --help and a wrong option answer at once
		const { openLocalCloud } = await import("./cloud.ts");
		const { findInstallation } = await import("../ops/installation/find.ts");
		const { openPage } = await import("../ops/console/open.ts");
		let page: string | undefined;
		await using cloud = await openLocalCloud({
			home: () => page,
			data: process.env.BILLHOOK_DATA,
			port: portOf(process.env.BILLHOOK_PORT),
			fresh: options.fresh,
			providers: options.providers,
			stage: options.stage,
			stack: options.stack,
			signal: stop,
			onProgress: (line) => console.error(line),
			onLine(functionName, line) {
				const told = options.quiet
					? undefined
					: tell(functionName, line, paths);
				if (told !== undefined) console.log(told);
			},
		});
		paths = cloud.addresses.providers;
		const data = process.env.BILLHOOK_DATA || ".billhook";
		const here = await findInstallation({}, { BILLHOOK_DATA: data });
		await using opened = await openPage(here);
		page = opened.address;
		await introduce(cloud, page, (performance.now() - begun) / 1000);
		return await Promise.race([
			stopped(stop),
			cloud.broken.then(() => {
				if (!stop.aborted)
					console.error("The DynamoDB engine has ended; stopping.");
				return exitCodes.failed;
			}),
		]);
	} catch (error) {
		if (stop.aborted) return exitCodes.stopped;
		console.error((error as Error).message);
		return exitCodes.failed;
	}
}

function readOptions() {
	try {
		const { values } = parseArgs({
			options: {
				fresh: { type: "boolean", default: false },
				providers: { type: "string" },
				quiet: { type: "boolean", default: false },
				stage: { type: "string" },
				stack: { type: "string" },
				help: { type: "boolean", short: "h", default: false },
			},
		});
		return values;
	} catch (error) {
		console.error(`${(error as Error).message}\n\n${help}`);
		process.exit(exitCodes.failed);
	}
}

/** Aborted by Ctrl-C or SIGTERM. npm passes on what the terminal has sent already, so only a later one is impatience. */
function stopSignal(): AbortSignal {
	const stop = new AbortController();
	let firstAt = 0;
	for (const name of ["SIGINT", "SIGTERM"] as const)
		process.on(name, () => {
			firstAt ||= Date.now();
			if (Date.now() - firstAt > 2000) process.exit(exitCodes.impatient);
			stop.abort();
		});
	// what was acknowledged is kept, so that nothing need be waited for
	stop.signal.addEventListener("abort", () => {
		setTimeout(() => process.exit(exitCodes.stopped), stopMs).unref();
	});
	// nobody reads on: npm start | head
	process.stdout.on("error", () => stop.abort());
	return stop.signal;
}

function stopped(signal: AbortSignal): Promise<number> {
	return new Promise((resolve) => {
		const end = () => resolve(exitCodes.stopped);
		if (signal.aborted) end();
		signal.addEventListener("abort", end);
	});
}

function portOf(text: string | undefined): number | undefined {
	if (text === undefined || text === "") return undefined;
	const port = Number(text);
	if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
	throw new Error(`BILLHOOK_PORT is "${text}"; it can be 0 to 65535.`);
}

async function introduce(
	cloud: LocalCloud,
	page: string,
	seconds: number,
): Promise<void> {
	const { addresses, installed, engine } = cloud;
	const { api, endpoints } = addresses;
	console.log(
		`Billhook runs at ${api}, ready after ${seconds.toFixed(1)} s; Ctrl-C stops it.

  Look at it       ${page}
  DynamoDB         ${endpoints.dynamodb} (${engine})
  SQS and S3       ${endpoints.sqs}
  Secrets Manager  ${endpoints.secretsmanager}, over the files of settings: an edit counts at once
`,
	);
	for (const { provider, path, folder } of installed) {
		const own = addresses.providers[provider];
		if (!own) continue;
		const example = await loadExample({ provider, folder });
		const curl = example && curlOf(example, own.webhook, path);
		const lines = [
			...webhooksOf(own).map(
				(said, index) => `${index === 0 ? "webhook" : "       "}   ${said}`,
			),
			`queue     ${own.queueUrl}`,
			own.simulator && `simulator curl ${own.simulator}/_control`,
			own.poll && `poll      curl -X POST ${own.poll}`,
			`settings  ${own.settings}: token and proofs`,
			own.credentials &&
				`          ${own.credentials}: credentials for its API`,
			curl && `try it    ${curl}`,
		];
		console.log(
			`${provider}\n${lines
				.filter(Boolean)
				.map((line) => `  ${line}`)
				.join("\n")}\n`,
		);
	}
}

/** Where a URL stands for one event, some of those: the one without is answered 404. */
function webhooksOf({ webhook, webhooks }: LocalProvider): string[] {
	if (!webhooks) return [webhook];
	const urls = Object.values(webhooks);
	const more = urls.length - webhooksShown;
	return more > 0
		? [
				...urls.slice(0, webhooksShown),
				`and ${more} more, one for each event: "webhooks" in local.json`,
			]
		: urls;
}
