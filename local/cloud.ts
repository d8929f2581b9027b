import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Addresses, addressesOf } from "./addresses.ts";
import { forgetDelivered } from "./delivered.ts";
import { readJson, writeJson } from "./disk/atomic-file.ts";
import { openParts } from "./disk/data-folder.ts";
import { lockFolder } from "./disk/lock.ts";
import { openLog } from "./disk/log.ts";
import { chooseEngine, type Engine } from "./engines/dynamodb.ts";
import { freePort, portOf } from "./engines/port.ts";
import {
	account,
	openRegion,
	provision,
	region,
	together,
} from "./engines/region.ts";
import { type Gateway, openGateway } from "./gateway/gateway.ts";
import { homeAt } from "./home.ts";
import {
	type InstalledProvider,
	isTarget,
	readInstalled,
	readParameters,
} from "./installed.ts";
import { type InvokeApi, openInvokeApi } from "./lambda/invoke-api.ts";
import { openSchedule } from "./lambda/schedule.ts";
import { pollsOf } from "./polls.ts";
import { withReminders } from "./progress.ts";
import { openRuntime, type Runtime } from "./runtime.ts";
import { openSecretsManager } from "./secrets-manager.ts";
import { openSettings } from "./settings.ts";
import { readAssembly } from "./template/assembly.ts";
import { type Plan, readPlan } from "./template/plan.ts";
import { synthesize } from "./template/synthesis.ts";

export interface LocalCloudOptions {
	/** keeps everything; .billhook unless told */
	data?: string;
	/** 3000 unless told; 0: any free one */
	port?: number;
	dynamodb?: Engine;
	/** a synthesized app to run; absent, this project's own is synthesized */
	assembly?: string;
	/** of the project's own app: the names of the providers to run, in place of those it configures */
	providers?: string;
	/** what -c stage=… says to the app */
	stage?: string;
	/** the stack to run, where several have an installation */
	stack?: string;
	/** deletes tables, queues and objects first; settings stay */
	fresh?: boolean;
	/** where / leads */
	home?: () => string | undefined;
	/** told each line that a function writes */
	onLine?: (functionName: string, line: string) => void;
	/** told what the start waits for, and what it leaves undone */
	onProgress?: (line: string) => void;
	/** ends the start half way */
	signal?: AbortSignal;
}

/** The synthesized template, running on this machine; disposing it stops all of it and keeps the data. */
export interface LocalCloud extends AsyncDisposable {
	addresses: Addresses;
	engine: Engine;
	installed: readonly InstalledProvider[];
	/** resolves when the database ends by itself, without which nothing works */
	broken: Promise<void>;
}

export async function openLocalCloud(
	options: LocalCloudOptions = {},
): Promise<LocalCloud> {
	const { data = ".billhook", port = 3000 } = options;
	const { onLine = () => {}, onProgress: say = () => {} } = options;
	const folder = resolve(data);
	const engine =
		options.dynamodb ?? chooseEngine(process.env.BILLHOOK_DYNAMODB);
	await using stack = new AsyncDisposableStack();
	stack.use(lockFolder(folder));
	rmSync(join(folder, "local.json"), { force: true });
	if (options.fresh)
		for (const part of ["dynamodb", "fauxqs", "streams"])
			rmSync(join(folder, part), { recursive: true, force: true });
	openParts(folder);
	forgetDelivered(folder, engine, say);
	const gateway = stack.use(await openOn(port));
	const remembered = join(folder, "addresses.json");
	const before = (readJson(remembered) ?? {}) as Record<string, string>;
	const output = options.assembly ?? join(folder, "cdk.out");
	const opening = openRegion(stack, { folder, engine, before });
	const synthesizing = options.assembly
		? Promise.resolve()
		: synthesize(output, { ...options, say });
	const stackUuid = before.stackUuid ?? randomUUID();
	const [here] = await together(
		withReminders(`starting the engines (${engine})`, say, opening),
		withReminders("synthesizing", say, synthesizing),
	);
	const assembly = readAssembly(output, options.stack);
	if (assembly.others > 0)
		say(
			`Of the stack ${assembly.stack}, Billhook's part runs here; the rest of it, ${assembly.others} resources, does not.`,
		);
	const plan = readPlan(assembly, {
		region,
		account,
		endpoints: { api: gateway.url, sqs: here.fauxqs },
		stackUuid,
	});
	await provision(plan, here);
	const installed = readInstalled(plan);
	const settings = await openSettings(stack, {
		plan,
		folder: join(folder, "secrets"),
		before,
	});
	const secretsManager = stack.use(
		await openSecretsManager(settings.files, portOf(before.secretsmanager)),
	);
	const log = openLog(join(folder, "log"), {
		onTrouble: (error) => say(`The log is not written: ${error}.`),
	});
	const runtime = await openRuntime(stack, {
		plan,
		here,
		secretsManager: secretsManager.endpoint,
		folder: join(folder, "streams", engine),
		onLine(functionName, line) {
			log.append(line);
			onLine(functionName, line);
		},
	});
	const lambda = stack.use(await openInvoke(plan, runtime, before.lambda));
	const endpoints = {
		dynamodb: here.database.endpoint,
		sqs: here.fauxqs,
		s3: here.fauxqs,
		secretsmanager: secretsManager.endpoint,
		lambda: lambda.endpoint,
	};
	writeJson(remembered, {
		dynamodb: endpoints.dynamodb,
		fauxqs: here.fauxqs,
		secretsmanager: endpoints.secretsmanager,
		lambda: endpoints.lambda,
		stackUuid,
		...settings.simulators,
	});
	openSchedules(stack, plan, runtime);
	const { files, simulators } = settings;
	const api = gateway.url;
	const addresses = addressesOf({
		api,
		endpoints,
		installed,
		parameters: readParameters(plan, api),
		files,
		simulators,
		data,
		subjectKey: stackUuid,
	});
	settings.subscribe(addresses.providers);
	// first to end, so that what it took on is still worked off
	stack.use(gateway);
	const home = homeAt(options.home ?? (() => undefined));
	const polls = pollsOf(installed, runtime);
	gateway.open(
		runtime.routes,
		(method, path) => home(path) ?? polls(method, path),
	);
	writeJson(join(folder, "local.json"), addresses);
	stack.defer(() => rmSync(join(folder, "local.json"), { force: true }));
	const opened = stack.move();
	return {
		addresses,
		engine,
		installed,
		broken: here.database.ended,
		[Symbol.asyncDispose]: () => opened.disposeAsync(),
	};
}

const portReasons: Readonly<Record<string, string>> = {
	EADDRINUSE: "is taken",
	EACCES: "may not be opened by this user",
};

async function openOn(port: number): Promise<Gateway> {
	try {
		return await openGateway(port);
	} catch (error) {
		const { code = "" } = error as NodeJS.ErrnoException;
		const reason = portReasons[code];
		if (!reason) throw error;
		throw new Error(
			`Port ${port} ${reason}. Choose another: BILLHOOK_PORT=… npm start (0 takes any free one).`,
		);
	}
}

async function openInvoke(
	plan: Plan,
	{ invoke }: Runtime,
	last: string | undefined,
): Promise<InvokeApi> {
	const functions = plan.of("AWS::Lambda::Function");
	return openInvokeApi({
		port: await freePort(portOf(last)),
		find: (target) => functions.find((fn) => isTarget(target, fn))?.ref,
		invoke,
	});
}

function openSchedules(
	stack: AsyncDisposableStack,
	plan: Plan,
	{ invoke }: Runtime,
): void {
	for (const schedule of plan.of("AWS::Scheduler::Schedule")) {
		const { ScheduleExpression, State, Target } = schedule;
		if (State === "DISABLED") continue;
		const run = () => invoke(Target.Arn, JSON.parse(Target.Input));
		stack.use(openSchedule(ScheduleExpression, run));
	}
}
